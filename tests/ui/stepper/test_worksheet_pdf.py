"""The worksheet as PDF: pages, what is written on them, and the key on pages of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from explorer.examples import load_example
from explorer.project.format import save_project
from explorer.stepping.compute import compute_records
from explorer.stepping.figures import Figures
from explorer.stepping.notation import Notation
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.part import Part
from explorer.stepping.reports.sheet import AsStepped, Content
from explorer.stepping.reports.worksheet import Worksheet, make_worksheet
from explorer.stepping.trace import Trace
from ui import app
from ui.stepper.worksheet_pdf import PdfWorksheet


@pytest.fixture(scope="module")
def trace() -> Trace:
    return Trace(compute_records(load_example("A1"))[0])


def sheet(trace: Trace, stages: tuple[int, ...]) -> Worksheet:
    names, shown = Notation(trace.rules.resolved), AsStepped(Figures(trace), "decimals")
    picture = network_svg(trace, names, shown.given(trace))
    return make_worksheet(Content(trace, shown, part=Part(stages), picture=picture), 3)


def test_the_key_is_on_pages_of_its_own(qapp: QApplication, trace: Trace) -> None:
    made = sheet(trace, (1,))
    with_key, without = PdfWorksheet(made).written(), PdfWorksheet(made, key=False).written()
    for pdf in (with_key, without):
        assert pdf.startswith(b"%PDF-1.")
        assert pdf.rstrip().endswith(b"%%EOF")
    assert with_key.count(b"/Type /Page\n") == without.count(b"/Type /Page\n") + 1


def test_the_share_that_is_done(qapp: QApplication, trace: Trace) -> None:
    work = PdfWorksheet(sheet(trace, (1,)))
    told = list(work.pages())
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] < 1
    assert work.content.startswith(b"%PDF")


def test_long_sheets_go_over_pages(qapp: QApplication, trace: Trace) -> None:
    few, many = (PdfWorksheet(sheet(trace, stages), key=False).written() for stages in ((1,), (1, 2, 3, 5)))
    assert many.count(b"/Type /Page\n") > few.count(b"/Type /Page\n")


@pytest.mark.parametrize("title", ["<b>&\\input{x}$%", "x" * 300, "名\u202eabc", ""])
def test_any_title(qapp: QApplication, trace: Trace, title: str) -> None:
    made = replace(sheet(trace, (2,)), title=title)
    assert PdfWorksheet(made).written().startswith(b"%PDF")


def test_the_command_writes_a_pdf(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str], quick_formulas: None
) -> None:
    save_project(load_example("A1"), tmp_path / "a1.json")
    out = tmp_path / "sheet.pdf"
    assert app.main(["worksheet", str(tmp_path / "a1.json"), "--out", str(out), "--stages", "2"]) == 0
    assert capsys.readouterr().out == f"Saved as {out}.\n"
    assert out.read_bytes().startswith(b"%PDF")
