"""Textbook: what a project's textbook prints for the quantities of one record, and where it slips."""

from __future__ import annotations

import math
import re
from typing import Literal

from explorer.equations import Quantity, operands
from explorer.project.model import Printed
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Rounded
from explorer.stepping.trace import Trace

Slip = Literal["", "own", "use", "operand"]
"""None; the print is wrong; the print is right and wrong where it is used; a number that it uses has a slip."""
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?")


class Textbook:
    """The printed entries of a trace's project, by quantity.

    ``applies`` is False where the entries are not about these numbers: for other weights or another example, most of
    the prints that are no slips differ from the rounded values.
    """

    def __init__(self, trace: Trace, rounded: Rounded) -> None:
        self._rounded = rounded
        self._trace = trace
        self._rows: dict[Quantity, tuple[Printed, ...]] = {}
        if trace.record.project.textbook:
            self._find_rows()
        self.applies = bool(self._rows) and self._agrees()

    def printed(self, q: Quantity) -> tuple[Printed, ...]:
        """What the textbook prints for a quantity; empty if nothing, or nothing that applies."""
        return self._rows.get(q, ()) if self.applies else ()

    def text(self, q: Quantity) -> str:
        """The printed texts of a quantity, with real minus signs; empty without any."""
        return ", then ".join(row.text for row in self.printed(q)).replace("-", "−")

    def number_text(self, q: Quantity, last: bool = False) -> str:
        """The first (or last) number printed for a quantity; empty without one."""
        found = _NUMBER.findall(self.text(q))
        return found[-1 if last else 0] if found else ""

    def notes(self, q: Quantity) -> list[str]:
        """The notes on a quantity's own print."""
        return list(dict.fromkeys(row.note for row in self.printed(q) if row.note))

    def slip(self, q: Quantity) -> Slip:
        """Whether the print of a quantity is wrong, or is used wrongly, or uses a number that is."""
        if any(row.slip for row in self.printed(q)):
            return "use" if self._right(q, 1e-6) else "own"
        return "operand" if self.slips_below(q) else ""

    def slips_below(self, q: Quantity) -> list[Quantity]:
        """The direct operands whose print has a slip."""
        if not self.applies:
            return []
        equation = self._trace.rules.equation(q)
        found = operands(equation) if equation is not None else []
        return [operand for operand in found if any(row.slip for row in self.printed(operand))]

    def _find_rows(self) -> None:
        names = Notation(self._trace.rules.resolved, "names", self._trace.rules.batch)
        wanted: dict[str, list[Printed]] = {}
        for row in self._trace.record.project.textbook:
            wanted.setdefault(row.quantity, []).append(row)
        for step in self._trace:
            rows = wanted.get(names.text(step.quantity))
            if rows:
                self._rows[step.quantity] = tuple(rows)

    def _right(self, q: Quantity, tolerance: float = 0.0) -> bool:
        """Whether every number printed is the rounded value: to its last digit, or relatively by ``tolerance``."""
        value = self._rounded(q)
        numbers = _NUMBER.findall(self._joined(q))
        if tolerance:
            return all(math.isclose(_number(number), value, rel_tol=tolerance) for number in numbers)
        return all(_close(number, value) for number in numbers)

    def _agrees(self) -> bool:
        """Whether most prints that are no slips are these numbers."""
        plain = [q for q, rows in self._rows.items() if not any(row.slip for row in rows)]
        right = sum(self._right(q) for q in plain)
        return right * 4 >= len(plain) * 3

    def _joined(self, q: Quantity) -> str:
        return " ".join(row.text for row in self._rows.get(q, ()))


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def _close(text: str, value: float) -> bool:
    """Whether a printed number is ``value`` to its last digit."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return math.isclose(_number(text), value, rel_tol=1e-9, abs_tol=unit * 0.6)
