"""Help on kinds, costs and optimizers as rich text: parts in bold, and what is below or above the line in formulas."""

from __future__ import annotations

import html
import re

PART = re.compile(r"^(Formula|Shapes|When to use it|Source):")
BELOW = re.compile(r"(?<!\w)(d?[^\W_])_((?:\([^()]*\)|[\w,+−/])*(?:\([^()]*\)|(?![²³])\w))")
ABOVE = re.compile(r"\^(\([^()]*\)|−?\w(?:<sub>.*?</sub>)?)")


def help_html(text: str) -> str:
    """Paragraphs that an empty line parts; the label of a part is bold, and formulas have their indices."""
    return "".join(f"<p>{_paragraph(' '.join(part.split()))}</p>" for part in text.split("\n\n") if part)


def _paragraph(text: str) -> str:
    marked = html.escape(text, quote=False)
    if text.startswith("Formula:"):
        marked = ABOVE.sub(lambda found: f"<sup>{_bare(found[1])}</sup>", BELOW.sub(_index, marked))
    return PART.sub(r"<b>\1</b>&ensp;", marked)


def _index(found: re.Match[str]) -> str:
    return f"{found[1]}<sub>{_bare(found[2])}</sub>"


def _bare(text: str) -> str:
    """Without the parentheses that held it together in a line."""
    return text[1:-1] if text.startswith("(") and text.endswith(")") and text.count("(") == 1 else text
