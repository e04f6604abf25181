"""CSV: a row per quantity, for spreadsheets; no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from explorer.stepping.notation import Notation
from explorer.stepping.report import stage_title
from explorer.stepping.reports.part import Piece
from explorer.stepping.reports.plain import forms
from explorer.stepping.reports.sheet import Line, Sheet

COLUMNS = ("iteration", "stage", "quantity", "formula", "value", "printed", "note")
_RISKY = ("=", "+", "-", "@", "−")


def cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula; numbers stay numbers, with an ordinary minus sign."""
    flat = " ".join(text.replace("\t", " ").splitlines())
    plain = flat.replace("−", "-")
    try:
        float(plain)
    except ValueError:
        return f"'{flat}" if flat.lstrip(" \u00a0\ufeff").startswith(_RISKY) else flat
    return plain


def csv_row(cells: Iterable[str], separator: str = ",") -> str:
    """One line of CSV, without its end."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow([cell(text) for text in cells])
    return out.getvalue()


class CsvSheet(Sheet):
    """A row per quantity: first those that are given, then the steps."""

    def opening(self) -> Iterator[str]:
        """The names of the columns."""
        yield csv_row(COLUMNS)

    def heading(self, found: list[Piece]) -> Iterator[str]:
        """The given numbers that the steps use, each once."""
        trace, shown = self.content.trace, self.content.shown
        given = {}
        for piece in found:
            for number in piece.numbers:
                for need in trace[number].needs:
                    if need not in given and trace.find(need) is None:
                        given[need] = shown.operand(need, trace[number].quantity)
        names = Notation(trace.rules.resolved, self.content.style, trace.rules.batch)
        for quantity, shown_number in given.items():
            yield csv_row((str(self.count), "given", names.text(quantity), "", shown_number, "", ""))

    def stage_start(self, stage: int, title: str) -> Iterator[str]:
        """Nothing: each row says its stage."""
        yield from ()

    def line(self, line: Line) -> Iterator[str]:
        """A row."""
        formula, _ = forms(line)
        printed = ", then ".join(row.text for row in line.printed)
        notes = " ".join(dict.fromkeys(row.note for row in line.printed if row.note))
        note = f"slip: {notes}" if line.slipped else notes
        name = line.names.text(line.quantity)
        yield csv_row((str(self.count), stage_title(line.step.stage), name, formula, line.value, printed, note))

    def gap(self, sentence: str) -> str:
        """A row with the sentence as its note."""
        return csv_row((str(self.count), "", "", "", "", "", sentence))

    def verdict(self, sentence: str) -> str:
        """A row with the sentence as its note."""
        return csv_row((str(self.count), "", "", "", "", "", sentence))
