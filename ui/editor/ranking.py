"""Which kinds of layers fit what was typed, the best first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from rapidfuzz import fuzz, process, utils

from explorer.layers import KINDS

_GOOD = 72.0
"""How like a name the typed letters must be, in percent."""
_SHORT = 3
"""Letters up to which a text is looked for as it is: so few resemble almost anything."""
_UNLIKE = 6


class Choice(Protocol):
    """What can be chosen to be added: a kind of layer, or a template."""

    @property
    def id(self) -> str:
        """What it is known by."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def category(self) -> str:
        """The group that it is listed in."""

    @property
    def icon(self) -> str:
        """Its picture."""

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Other names."""

    @property
    def help(self) -> str:
        """What it is."""


def ranked(text: str, first: Collection[str] = (), choices: Sequence[Choice] = KINDS) -> list[Choice]:
    """The choices whose title, id, other name or category has ``text``, the best first; all for an empty text.

    Of those that have it alike, the ids in ``first`` come before the others. If none has it, those that resemble it.
    """
    wanted = _plain(text)
    if not wanted:
        return sorted(choices, key=lambda kind: kind.id not in first)
    classes = {kind.id: _class(kind, wanted) for kind in choices}
    found = [kind for kind in choices if classes[kind.id] < _UNLIKE]
    if found:
        return sorted(found, key=lambda kind: (classes[kind.id], kind.id not in first))
    # Nothing has it in its name: the hand may have slipped.
    scores = _scores(wanted, choices)
    like = [kind for kind in choices if kind.id in scores]
    return sorted(like, key=lambda kind: -scores[kind.id])


def synonym_for(kind: Choice, text: str) -> str:
    """The other name by which a text finds a kind, if its own names do not hold it; else ""."""
    wanted = _plain(text)
    if not wanted or any(wanted in name for name in _own_names(kind)):
        return ""
    return next((name for name in kind.synonyms if wanted in name.lower()), "")


def _class(kind: Choice, wanted: str) -> int:
    """How a kind's names hold a text: 0 as the beginning of the title, up to 5 as part of its category."""
    title, names = kind.title.lower(), _own_names(kind)
    others = [name.lower() for name in kind.synonyms]
    if any(name.startswith(wanted) for name in names):
        return 0
    if any(word.startswith(wanted) for word in title.split()):
        return 1
    if any(name.startswith(wanted) for name in others):
        return 2
    if any(wanted in name for name in names):
        return 3
    if any(word.startswith(wanted) for name in others for word in name.split()):
        return 4
    return 5 if any(word.startswith(wanted) for word in kind.category.lower().split()) else _UNLIKE


def _plain(text: str) -> str:
    """In small letters, with single blanks."""
    return " ".join(text.lower().split())


def _own_names(kind: Choice) -> tuple[str, str, str]:
    """Title and id in small letters, the id also as words."""
    return kind.title.lower(), kind.id, kind.id.replace("_", " ")


def _scores(wanted: str, choices: Sequence[Choice]) -> dict[str, float]:
    """How like a text the most like of each kind's names is, in percent, for kinds that are like enough."""
    if len(wanted) <= _SHORT:
        return {}
    names = {
        (kind.id, place): name
        for kind in choices
        for place, name in enumerate((kind.title, kind.id.replace("_", " "), *kind.synonyms))
    }
    found = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=None, score_cutoff=_GOOD
    )
    scores: dict[str, float] = {}
    for _, score, (kind_id, _place) in found:
        scores[kind_id] = max(score, scores.get(kind_id, 0.0))
    return scores
