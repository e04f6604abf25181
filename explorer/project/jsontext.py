"""Strict JSON: what Python's own reader lets through is refused, and one value always gives the same text."""

from __future__ import annotations

import json
import math
from typing import Any

from explorer.project.errors import ProjectError

LARGEST_TEXT = 64 * 10**6
"""Bytes of JSON that are read."""
MOST_VALUES = 10_000_000
MOST_LISTS = 2_000_000
"""Python's own objects are many times larger than their text, so their number is bounded before they are made."""
DEEPEST = 64
WIDEST = 110


def read_json(content: bytes, what: str) -> Any:
    """The value that ``content`` spells in UTF-8; ``what`` names it in the ProjectError.

    Refused are too much text, deep nesting, keys given twice, NaN and infinity, and halves of surrogate pairs.
    """
    if len(content) > LARGEST_TEXT:
        raise ProjectError(f"{what} is larger than {LARGEST_TEXT // 10**6} MB; put its numbers into an .nnx file.")
    _check_counts(content, what)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProjectError(f"{what} is not text in UTF-8: it is damaged, or no project.") from None
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ProjectError(f"{what} is nested more than {DEEPEST} levels deep; no project is.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ProjectError(f"{what} is not valid JSON, from {where} on: {error.msg}; mend it there.") from None
    except _RefusedError as refused:
        raise ProjectError(f"{what} {refused}") from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise ProjectError(f"{what} has a whole number of thousands of digits; shorten it.") from None
    _walk(value, what)
    return value


def _check_counts(content: bytes, what: str) -> None:
    """Refuse what would take far more memory than its text, told by its commas, brackets and quotes."""
    counts = (
        (content.count(b","), MOST_VALUES, "values"),
        (content.count(b"[") + content.count(b"{"), MOST_LISTS, "lists"),
        (content.count(b'"') // 2, MOST_LISTS, "texts"),
    )
    for count, most, things in counts:
        if count > most:
            raise ProjectError(f"{what} holds more than {most:,} {things}; no project does.")


def write_json(value: Any) -> bytes:
    """The value as UTF-8 text of short lines: a list of numbers keeps to one. Raises ValueError for NaN."""
    return (_pretty(value, "") + "\n").encode("utf-8")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


class _RefusedError(ValueError):
    """What a hook does not let through, as the rest of a sentence."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dictionary of pairs whose keys differ."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RefusedError(f"has the key {key[:60]!a} twice in one place; take one out.")
        found[key] = value
    return found


def _no_constant(word: str) -> float:
    raise _RefusedError(f"has the number {word}, and only finite numbers are allowed; change it.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError(f"has the number {text[:20]}, which is too large; change it.")
    return number


def _walk(value: Any, what: str) -> None:
    """Refuse what is too deep, and texts that are no Unicode."""
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        here, depth = todo.pop()
        if isinstance(here, str):
            if not here.isascii():
                _check_text(here, what)
            continue
        if depth > DEEPEST:
            raise ProjectError(f"{what} is nested more than {DEEPEST} levels deep; no project is.")
        if isinstance(here, dict):
            todo += ((key, depth) for key in here)
            here = here.values()
        if not isinstance(here, (int, float, type(None))):
            todo += ((item, depth + 1) for item in here if isinstance(item, (str, list, dict)))


def _check_text(text: str, what: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ProjectError(f"{what} has half a surrogate pair in the text {text[:40]!a}; take it out.") from None


def _pretty(value: Any, indent: str) -> str:
    """On one line what is short or a list of plain values; else an item per line."""
    if not isinstance(value, (list, tuple, dict)) or not value:
        return _ENCODER.encode(value)
    inner = indent + "  "
    if isinstance(value, dict):
        ends = "{}"
        items = [f"{_ENCODER.encode(key)}: {_pretty(item, inner)}" for key, item in value.items()]
    elif not any(isinstance(item, (list, tuple, dict)) for item in value):
        return _ENCODER.encode(value)
    else:
        ends = "[]"
        items = [_pretty(item, inner) for item in value]
    short = sum(map(len, items)) + 2 * len(items) + len(indent) <= WIDEST and not any("\n" in item for item in items)
    if short and indent:
        return ends[0] + ", ".join(items) + ends[1]
    return ends[0] + "\n" + ",\n".join(inner + item for item in items) + "\n" + indent + ends[1]
