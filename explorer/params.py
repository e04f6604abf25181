"""Param: one setting, described once; forms, checks, JSON schema, CLI flags and help come from it."""

from __future__ import annotations

import difflib
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LARGEST_INT = 2**31 - 1
MOST_NAMED = 12
"""How many known names a message lists."""
_JSON_WORDS = {None: "null", True: "true", False: "false"}


class ParamError(ValueError):
    """A value that a Param cannot take; its text is one sentence for a person."""


@dataclass(frozen=True)
class Param(ABC):
    """One setting: its id, what it is called, its default and what it explains.

    ``advanced`` ones, and those of a ``group``, are folded away in forms. Subclasses add bounds or choices and say how
    a value is checked.
    """

    name: str
    default: Any
    title: str = ""
    help: str = ""
    unit: str = ""
    advanced: bool = False
    group: str = ""

    @property
    def label(self) -> str:
        """The name shown beside the field."""
        return self.title or self.name.replace("_", " ").capitalize()

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Return ``value`` in its canonical form; raises ParamError with a sentence."""

    @abstractmethod
    def range_text(self) -> str:
        """What values are allowed, in words, for the field and for messages."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The JSON schema of one value."""

    def parse(self, text: str) -> Any:
        """Read a value that was typed (a field, ``--set key=value``); raises ParamError."""
        return self.check(read_number(text))

    def show(self, value: Any) -> str:
        """A value as a person would type it; ``parse(show(v)) == v``."""
        return str(value)

    def refuse(self, value: Any) -> ParamError:
        """The error for a value that does not fit."""
        return ParamError(f"{self.label} must be {self.range_text()}; {quote(value)} is not.")


@dataclass(frozen=True)
class IntParam(Param):
    """A whole number within bounds."""

    minimum: int = 1
    maximum: int = LARGEST_INT

    def check(self, value: Any) -> int:
        """Return an int within the bounds; a float such as 3.0 counts as whole."""
        whole = as_int(value)
        if whole is None or not self.minimum <= whole <= self.maximum:
            raise self.refuse(value)
        return whole

    def range_text(self) -> str:
        """The bounds in words."""
        if self.maximum == LARGEST_INT:
            return f"a whole number of {self.minimum} or more"
        return f"a whole number from {self.minimum} to {self.maximum}"

    def schema(self) -> dict[str, Any]:
        """An integer with bounds."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True)
class FloatParam(Param):
    """A finite number within bounds; a bound can be left out of the range."""

    minimum: float = -math.inf
    maximum: float = math.inf
    above_minimum: bool = False
    below_maximum: bool = False

    def check(self, value: Any) -> float:
        """Return a finite float within the bounds."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.refuse(value)
        try:
            number = float(value)
        except OverflowError:
            raise self.refuse(value) from None
        low = number > self.minimum if self.above_minimum else number >= self.minimum
        high = number < self.maximum if self.below_maximum else number <= self.maximum
        if not (math.isfinite(number) and low and high):
            raise self.refuse(value)
        return number

    def range_text(self) -> str:
        """The bounds in words."""
        low = "" if self.minimum == -math.inf else _bound("above" if self.above_minimum else "at least", self.minimum)
        high = "" if self.maximum == math.inf else _bound("below" if self.below_maximum else "at most", self.maximum)
        limits = " and ".join(part for part in (low, high) if part)
        return f"a number {limits}" if limits else "a finite number"

    def schema(self) -> dict[str, Any]:
        """A number with bounds."""
        schema: dict[str, Any] = {"type": "number"}
        if self.minimum != -math.inf:
            schema["exclusiveMinimum" if self.above_minimum else "minimum"] = self.minimum
        if self.maximum != math.inf:
            schema["exclusiveMaximum" if self.below_maximum else "maximum"] = self.maximum
        return schema

    def show(self, value: Any) -> str:
        """The shortest text that reads back as the same number."""
        return f"{value:.15g}" if float(f"{value:.15g}") == value else repr(float(value))


@dataclass(frozen=True)
class BoolParam(Param):
    """On or off."""

    def check(self, value: Any) -> bool:
        """Return a bool; nothing else counts as one."""
        if not isinstance(value, bool):
            raise self.refuse(value)
        return value

    def range_text(self) -> str:
        """The two values."""
        return "true or false"

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def parse(self, text: str) -> bool:
        """Read true/false, yes/no, on/off or 1/0."""
        word = text.strip().lower()
        if word in ("true", "yes", "on", "1"):
            return True
        if word in ("false", "no", "off", "0"):
            return False
        raise self.refuse(text)

    def show(self, value: Any) -> str:
        """``true`` or ``false``, as in JSON."""
        return "true" if value else "false"


@dataclass(frozen=True)
class ChoiceParam(Param):
    """One of a few words; ``notes`` says what each of them means, in the same order, where more is to be said."""

    choices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        """Return one of the choices."""
        if not isinstance(value, str) or value not in self.choices:
            raise self.refuse(value)
        return value

    def note(self, value: Any) -> str:
        """What a choice means; empty if no more is said than its word."""
        return dict(zip(self.choices, self.notes, strict=False)).get(value, "")

    def range_text(self) -> str:
        """The choices, listed."""
        return "one of " + ", ".join(self.choices)

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.choices)}

    def parse(self, text: str) -> str:
        """Read one of the choices."""
        return self.check(text.strip())


@dataclass(frozen=True)
class TextParam(Param):
    """A short text; empty is allowed."""

    longest: int = 200

    def check(self, value: Any) -> str:
        """Return a text of at most ``longest`` characters without control characters."""
        if not isinstance(value, str) or len(value) > self.longest or not value.isprintable():
            raise self.refuse(value)
        return value

    def range_text(self) -> str:
        """The longest text, in words."""
        return f"a text of at most {self.longest:,} characters"

    def schema(self) -> dict[str, Any]:
        """A string of bounded length."""
        return {"type": "string", "maxLength": self.longest}

    def parse(self, text: str) -> str:
        """The text without blanks around it."""
        return self.check(text.strip())


@dataclass(frozen=True)
class NodeParam(TextParam):
    """The name of another layer of the network, or nothing; edits that rename that layer rename it here."""

    def range_text(self) -> str:
        """In words."""
        return "the name of a layer, or nothing"


@dataclass(frozen=True)
class FileParam(TextParam):
    """The path of a file that the user has, or nothing; one of the ``suffixes`` if there are any."""

    longest: int = 4096
    suffixes: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        """Return a path whose ending fits; whether the file is there is told when it is read."""
        path = super().check(value)
        if path and self.suffixes and not path.lower().endswith(self.suffixes):
            raise self.refuse(value)
        return path

    def range_text(self) -> str:
        """The endings, in words."""
        return f"a file ({', '.join(self.suffixes)})" if self.suffixes else "a file"


def check_params(params: Iterable[Param], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Complete ``values`` with the defaults; return every checked value and a sentence per problem.

    A value that does not fit is replaced by its default, so that the rest can still be checked.
    """
    checked: dict[str, Any] = {}
    problems = []
    known = {param.name: param for param in params}
    for name in values:
        if name not in known:
            problems.append(unknown_key(name, known))
    for name, param in known.items():
        try:
            checked[name] = param.check(values[name]) if name in values else param.default
        except ParamError as error:
            problems.append(str(error))
            checked[name] = param.default
    return checked, problems


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The sentence for a key that is not known, naming the nearest one that is."""
    names = list(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    hint = (
        f"; did you mean {near[0]}?" if near else (f"; known are {_listed(names)}." if names else "; none is expected.")
    )
    return f"{quote(key)} is not known here{hint}"


def _listed(names: list[str]) -> str:
    """The first names of a list that may be long."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def read_number(text: str) -> Any:
    """The int or float that a text spells, or the text itself."""
    word = text.strip().replace("−", "-").replace(",", ".")
    for read in (int, float):
        try:
            return read(word)
        except ValueError:
            continue
    return text


def as_int(value: Any) -> int | None:
    """The value as an int if it is a whole number, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value)


def _bound(word: str, value: float) -> str:
    return f"{word} {value:,.12g}"


def quote(value: Any) -> str:
    """A value as it is shown in a sentence, at most 60 characters; what JSON has words for is written so."""
    text = _JSON_WORDS.get(value) if value is None or isinstance(value, bool) else None
    text = text or (repr(value) if isinstance(value, str) else str(value))
    return text if len(text) <= 60 else text[:57] + "..."


def shorten(text: str, most: int = 30) -> str:
    """At most so many characters of a text, for a sentence that is read in little room."""
    return text if len(text) <= most else text[: most - 1] + "…"
