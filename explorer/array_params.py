"""Params for sizes, shapes and tables of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from explorer.params import LARGEST_INT, Param, ParamError, as_int, read_number


@dataclass(frozen=True)
class PairParam(Param):
    """A height and a width; one number stands for both. ``None`` is allowed if it is the default."""

    minimum: int = 1
    maximum: int = 4096
    none_text: str = ""

    def check(self, value: Any) -> tuple[int, int] | None:
        """Return (height, width), or None where that is the default."""
        if value is None and self.default is None:
            return None
        items = list(value) if isinstance(value, (list, tuple)) else [value, value]
        sizes = [as_int(item) for item in items]
        if len(sizes) != 2 or any(size is None or not self.minimum <= size <= self.maximum for size in sizes):
            raise self.refuse(value)
        return (sizes[0] or 0, sizes[1] or 0)

    def range_text(self) -> str:
        """The bounds in words."""
        return f"one or two whole numbers from {self.minimum} to {self.maximum}"

    def schema(self) -> dict[str, Any]:
        """One integer or a list of two."""
        one = {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}
        options: list[dict[str, Any]] = [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}]
        return {"anyOf": options + ([{"type": "null"}] if self.default is None else [])}

    def parse(self, text: str) -> tuple[int, int] | None:
        """Read ``3``, ``3x5``, ``3×5`` or ``3, 5``; an empty text is None."""
        if not text.strip():
            return self.check(None)
        parts = text.replace("×", ",").replace("x", ",").split(",")
        return self.check([read_number(part) for part in parts] if len(parts) > 1 else read_number(text))

    def show(self, value: Any) -> str:
        """``3×5``, or nothing for None."""
        return "" if value is None else f"{value[0]}×{value[1]}"


@dataclass(frozen=True)
class PaddingParam(Param):
    """Padding of a convolution: ``valid`` (none), ``same`` (size kept), or a number of cells."""

    maximum: int = 4096

    def check(self, value: Any) -> str | int:
        """Return ``valid``, ``same`` or a whole number."""
        if value in ("valid", "same") and isinstance(value, str):
            return value
        whole = as_int(value)
        if whole is None or not 0 <= whole <= self.maximum:
            raise self.refuse(value)
        return whole

    def range_text(self) -> str:
        """The choices in words."""
        return f"valid, same or a whole number from 0 to {self.maximum}"

    def schema(self) -> dict[str, Any]:
        """A word or an integer."""
        return {"anyOf": [{"enum": ["valid", "same"]}, {"type": "integer", "minimum": 0, "maximum": self.maximum}]}

    def parse(self, text: str) -> str | int:
        """Read a word or a number."""
        word = text.strip()
        return self.check(word if word in ("valid", "same") else read_number(word))


@dataclass(frozen=True)
class ShapeParam(Param):
    """The shape of one example, without the batch: one to four sizes, of which one may be -1 if ``left_over``."""

    maximum: int = LARGEST_INT
    left_over: bool = False

    def check(self, value: Any) -> tuple[int, ...]:
        """Return a tuple of one to four sizes."""
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        sizes = [as_int(item) for item in items]
        left_over = self.left_over and sizes.count(-1) == 1
        good = (size is not None and (1 <= size <= self.maximum or (size == -1 and left_over)) for size in sizes)
        if not 1 <= len(sizes) <= 4 or not all(good):
            raise self.refuse(value)
        return tuple(size or 0 for size in sizes)

    def range_text(self) -> str:
        """What a shape is, in words."""
        open_size = ", of which one may be −1" if self.left_over else ""
        return f"one to four whole numbers of 1 or more, such as 64 or 1×8×8{open_size}"

    def schema(self) -> dict[str, Any]:
        """A list of integers."""
        size: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": self.maximum}
        sizes = {"anyOf": [size, {"const": -1}]} if self.left_over else size
        return {"type": "array", "items": sizes, "minItems": 1, "maxItems": 4}

    def parse(self, text: str) -> tuple[int, ...]:
        """Read ``1×8×8``, ``1x8x8`` or ``1, 8, 8``."""
        return self.check([read_number(part) for part in text.replace("×", ",").replace("x", ",").split(",")])

    def show(self, value: Any) -> str:
        """``1×8×8``."""
        return "×".join(str(size) for size in value).replace("-", "−")


@dataclass(frozen=True)
class RowsParam(Param):
    """A table of numbers given in the project itself: nested lists of equal lengths, one row per example."""

    maximum: int = 10_000_000

    def check(self, value: Any) -> list[Any]:
        """Return the nested lists; raises if they are ragged, not numeric, not finite, or too many.

        An empty list is no table, but may stay where it is the default: nothing is typed in yet.
        """
        if value == [] and self.default == []:
            return []
        if not isinstance(value, list) or _table_shape(value) is None:
            raise self.refuse(value)
        shape = _table_shape(value) or ()
        if math.prod(shape) > self.maximum:
            raise ParamError(f"{self.label} holds more than {self.maximum:,} numbers.")
        return value

    def range_text(self) -> str:
        """What a table is, in words."""
        return "a list of rows of finite numbers, all of one shape"

    def schema(self) -> dict[str, Any]:
        """A list."""
        return {"type": "array"}

    def parse(self, text: str) -> list[Any]:
        """Read rows separated by semicolons or new lines, numbers by commas or spaces."""
        rows = [row for row in text.replace(";", "\n").splitlines() if row.strip()]
        return self.check([[read_number(word) for word in row.replace(",", " ").split()] for row in rows])

    def show(self, value: Any) -> str:
        """One line per row."""
        return "\n".join(", ".join(map(str, row)) if isinstance(row, list) else str(row) for row in value)


@dataclass(frozen=True)
class NamesParam(Param):
    """A list of names, such as those of classes; it may be empty."""

    most: int = 1000
    longest: int = 60

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the names as a tuple; each is one line of text, and no two are alike."""
        if not isinstance(value, (list, tuple)) or len(value) > self.most or len(set(map(str, value))) != len(value):
            raise self.refuse(value)
        if not all(isinstance(name, str) and name.isprintable() and 0 < len(name) <= self.longest for name in value):
            raise self.refuse(value)
        return tuple(value)

    def range_text(self) -> str:
        """What the list may hold, in words."""
        return f"a list of different names of at most {self.longest} letters"

    def schema(self) -> dict[str, Any]:
        """A list of strings."""
        return {"type": "array", "items": {"type": "string", "maxLength": self.longest}, "maxItems": self.most}

    def parse(self, text: str) -> tuple[str, ...]:
        """Read names separated by commas."""
        return self.check([name.strip() for name in text.split(",") if name.strip()])

    def show(self, value: Any) -> str:
        """The names with commas between them."""
        return ", ".join(value)


def _table_shape(value: Any) -> tuple[int, ...] | None:
    """The shape of nested lists of finite numbers, or None if they are ragged or not numeric."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return () if _is_finite(value) else None
    if not isinstance(value, list) or not value:
        return None
    shapes = {_table_shape(item) for item in value}
    inner = shapes.pop()
    return None if shapes or inner is None else (len(value), *inner)


def _is_finite(value: float) -> bool:
    """Whether the number fits a float: neither infinite nor NaN, nor a whole number too large for one."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
