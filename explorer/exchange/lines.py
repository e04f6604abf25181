"""Lines of an exported program: what layer each is about, long ones wrapped, and texts that are safe in comments."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 100
INDENT = "    "
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Line:
    """One line, and the full name of the layer that it is about, in the first use if it lies in a template; or ""."""

    text: str
    node: str = ""


def indented(lines: Iterable[Line], depth: int = 1) -> list[Line]:
    """The same further right; empty lines stay empty."""
    return [Line(INDENT * depth + line.text if line.text else "", line.node) for line in lines]


def plain(*texts: str) -> list[Line]:
    """Lines that are about no layer."""
    return [Line(text) for text in texts]


def block(text: str) -> list[Line]:
    """The lines of a text."""
    return plain(*text.strip("\n").split("\n"))


def wrapped(text: str, node: str = "", room: int = WIDTH) -> list[Line]:
    """A statement as one line, or with the arguments of its first call on lines of their own."""
    start, end = _first_list(text)
    parts = _split(text[start + 1 : end]) if end >= 0 else []
    if len(text) <= room or len(parts) < 2:
        return [Line(text, node)]
    inner = [line for part in parts for line in wrapped(f"{part},", node, room - len(INDENT))]
    return [Line(text[: start + 1], node), *indented(inner), Line(text[end:], node)]


def function(head: str, told: str, *body: str, mark: str = "") -> list[Line]:
    """A function with its docstring, and the empty lines behind it."""
    inner = indented(plain(f'"""{told}"""', *body))
    return [*plain(*([mark] if mark else [])), *wrapped(head), *inner, *plain("", "")]


def import_lines(statements: Iterable[str]) -> list[Line]:
    """``import a`` and ``from a import b`` statements in order: the standard library, then what is installed."""
    modules: dict[str, set[str]] = {}
    for statement in statements:
        origin, _, name = statement.removeprefix("from ").partition(" import ")
        modules.setdefault(origin, set()).update([name] if name else ())
    groups: tuple[list[str], list[str]] = ([], [])
    for origin, names in sorted(modules.items(), key=lambda item: (bool(item[1]), item[0])):
        text = f"from {origin} import {', '.join(sorted(names))}" if names else origin
        groups[origin.removeprefix("import ").split(".")[0] not in sys.stdlib_module_names].append(text)
    return plain(*groups[0], *([""] if all(groups) else []), *groups[1])


def words(text: str) -> str:
    """A text of people as part of a comment or docstring: one line without quotes, backslashes and control marks."""
    safe = "".join(mark if mark.isprintable() and mark not in "\"\\'`" else " " for mark in text[: 10 * LONGEST_WORDS])
    shown = " ".join(safe.split())
    return shown if len(shown) <= LONGEST_WORDS else f"{shown[: LONGEST_WORDS - 1].rstrip()}…"


def literal(text: str) -> str:
    """A text as Python, in double quotes if these need no escape."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & set(text) else repr(text)


def _first_list(text: str) -> tuple[int, int]:
    """The places of the brackets round the first list, or arguments of a call, that is not empty; -1 for none."""
    depth, start = 0, -1
    for place, mark in enumerate(text):
        if mark in "([{":
            called = text[place - 1 : place].isidentifier() or text[place - 1 : place].isdigit()
            listed = (mark == "(") == called and text[place + 1 : place + 2] not in ")]"
            if depth == 0 and start < 0 and mark != "{" and listed:
                start = place
            depth += 1
        elif mark in ")]}":
            depth -= 1
            if depth == 0 and start >= 0:
                return start, place
    return start, -1


def _split(text: str) -> list[str]:
    """The parts between the commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for place, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if mark == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts
