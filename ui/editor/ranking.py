"""Which kinds of layers fit what was typed, the best first."""

from __future__ import annotations

from rapidfuzz import fuzz, process, utils

from explorer.kind import LayerKind
from explorer.layers import KINDS

_GOOD = 60.0


def ranked(text: str) -> list[LayerKind]:
    """The kinds whose title, id or category resembles ``text``, the best first; all for an empty text."""
    wanted = text.strip()
    if not wanted:
        return list(KINDS)
    names = {kind.id: f"{kind.title} {kind.id} {kind.category}" for kind in KINDS}
    scores = {
        key: score for _, score, key in process.extract(
            wanted, names, scorer=fuzz.partial_ratio, processor=utils.default_process, limit=None, score_cutoff=_GOOD
        )
    }  # fmt: skip
    found = [kind for kind in KINDS if kind.id in scores]
    return sorted(found, key=lambda kind: (_class(kind, wanted.lower()), -scores[kind.id]))


def _class(kind: LayerKind, wanted: str) -> int:
    """0 for a title that begins with the text, 1 for one with a word that does, 2 for any that holds it, else 3."""
    title = kind.title.lower()
    if title.startswith(wanted) or kind.id.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in title.split()):
        return 1
    return 2 if wanted in title or wanted in kind.id else 3
