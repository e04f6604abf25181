"""Exporting from the window: the numbers shown, parts, files that are whole or not there, and cancelling."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from explorer.examples import load_example
from explorer.project.errors import ProjectError
from explorer.project.model import Printed
from explorer.stepping.reports.part import Part
from tests.explorer.stepping.reports.reading import check_latex, check_page, results
from tests.ui.stepper.conftest import Bench
from ui.stepper import exporter as module
from ui.stepper.exporter import FORMS, ReportExporter


@pytest.fixture
def exporter(a1: Bench, qtbot: QtBot) -> Iterator[ReportExporter]:
    found = a1.formula.exporter
    yield found
    qtbot.waitUntil(lambda: not found.busy)


def export(exporter: ReportExporter, qtbot: QtBot, form: str, path: Path, part: Part = Part()) -> str:  # noqa: B008
    exporter.export(form, part, path)
    qtbot.waitUntil(lambda: not exporter.busy)
    return path.read_text("utf-8-sig")


@pytest.mark.parametrize("mode", ["printed", "decimals", "exact"])
@pytest.mark.parametrize("style", ["names", "layers"])
def test_a_page_has_the_numbers_and_names_that_are_shown(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path, mode: str, style: str
) -> None:
    session = a1.session
    session.set_mode(mode)  # type: ignore[arg-type]
    session.set_style(style)  # type: ignore[arg-type]
    page = export(exporter, qtbot, "html", tmp_path / "steps.html", Part(stages=(3,)))
    check_page(page)
    assert "<svg" in page
    wanted = [session.text(step.quantity) for step in session.trace or () if step.stage == 3]
    assert results(page) == wanted
    assert exporter.strip.label.whole_text() == "Saved as steps.html."
    assert ("∂C" in "".join(results(page)) or "<mi>C</mi>" in page) == (style == "layers")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written_and_nothing_else(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path, form: str
) -> None:
    text = export(exporter, qtbot, form, tmp_path / "steps")
    assert "0.0836" in text
    assert [path.name for path in tmp_path.iterdir()] == ["steps"]
    if form == "latex":
        check_latex(text)


def test_the_menu_offers_forms_and_parts(a1: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    step = next(step for step in a1.session.trace or () if a1.session.name(step.quantity) == "∂E/∂w5")
    a1.session.go(step.number)
    exporter = a1.formula.exporter
    asked: list[tuple[str, Part]] = []
    monkeypatch.setattr(exporter, "ask", lambda form, part: asked.append((form, part)))
    menu = exporter.fill_menu()
    titles = [action.text() for action in menu.actions() if action.menu() is not None]
    assert titles[:4] == ["Web page (HTML)", "LaTeX document", "Markdown", "Table of all quantities (CSV)"]
    words = [words for words, _ in exporter.parts()]
    assert words == [
        "Whole iteration", "Stage 3 Gradients", "Layer c", "From here on", "Up to here",
        "∂E/∂w5 and what it depends on",
    ]  # fmt: skip
    parts = dict(exporter.parts())
    assert parts["Layer c"] == Part(node="c")
    assert parts["From here on"] == Part(first=step.number)
    assert parts["∂E/∂w5 and what it depends on"] == Part(quantity=step.quantity)


def test_a_file_is_asked_for_and_gets_its_ending(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    exporter.ask("latex", Part(stages=(1,)))
    qtbot.waitUntil(lambda: not exporter.busy)
    assert (tmp_path / "mine.tex").exists()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    exporter.ask("html", Part())
    assert not exporter.busy


def test_what_cannot_be_written_is_told_in_a_sentence(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path
) -> None:
    exporter.export("html", Part(), tmp_path / "nowhere" / "steps.html")
    qtbot.waitUntil(lambda: not exporter.busy)
    told = exporter.strip.label.whole_text()
    assert told.startswith(str(tmp_path))
    assert "cannot be saved" in told
    assert exporter.strip.isVisible()
    exporter.strip.button.click()
    assert not exporter.strip.isVisible()


def test_a_cancelled_export_leaves_no_file(a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path) -> None:
    exporter.export("html", Part(), tmp_path / "steps.html")
    assert exporter.strip.isVisible()
    exporter.strip.button.click()
    qtbot.waitUntil(lambda: not exporter.busy)
    assert list(tmp_path.iterdir()) == []
    assert not exporter.strip.isVisible()


@pytest.mark.parametrize("ending", [".html", ".pdf"])
def test_cancelling_late_leaves_no_file_either(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """The button is pressed when all is made, just before the file would be written."""
    save = exporter._save

    def press_and_save(path: Path, content: bytes) -> None:
        exporter.strip.button.click()
        save(path, content)

    monkeypatch.setattr(exporter, "_save", press_and_save)
    exporter.export_worksheet(Part(stages=(1,)), tmp_path / f"sheet{ending}")
    qtbot.waitUntil(lambda: not exporter.busy)
    assert list(tmp_path.iterdir()) == []
    assert not exporter.strip.isVisible()


def test_one_at_a_time(a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path) -> None:
    exporter.export("html", Part(), tmp_path / "one.html")
    exporter.export("html", Part(), tmp_path / "two.html")
    assert not exporter.button.isEnabled()
    qtbot.waitUntil(lambda: not exporter.busy)
    assert exporter.button.isEnabled()
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]


def test_worksheets_as_pages_and_as_pdf(a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path) -> None:
    exporter.export_worksheet(Part(stages=(1,)), tmp_path / "sheet.html")
    qtbot.waitUntil(lambda: not exporter.busy)
    one = (tmp_path / "sheet.html").read_text()
    check_page(one)
    exporter.export_worksheet(Part(stages=(1,)), tmp_path / "sheet.pdf")
    qtbot.waitUntil(lambda: not exporter.busy)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-1.")
    assert exporter.strip.label.whole_text() == "Saved as sheet.pdf."
    exporter.take_other_blanks()
    exporter.export_worksheet(Part(stages=(1,)), tmp_path / "other.html")
    qtbot.waitUntil(lambda: not exporter.busy)
    assert (tmp_path / "other.html").read_text() != one


def test_a_cancelled_pdf_leaves_no_file(a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path) -> None:
    exporter.export_worksheet(Part(), tmp_path / "sheet.pdf")
    exporter.strip.button.click()
    qtbot.waitUntil(lambda: not exporter.busy)
    assert list(tmp_path.iterdir()) == []


def test_the_window_lives_on_while_a_report_is_written(
    a1: Bench, exporter: ReportExporter, qtbot: QtBot, tmp_path: Path
) -> None:
    exporter.export("html", Part(), tmp_path / "steps.html")
    steps = 0
    while exporter.busy:
        a1.session.over()
        QApplication.processEvents()
        steps += 1
    assert steps > 0
    assert module.LIMIT < 10_000
    wanted = [a1.session.text(step.quantity) for step in a1.session.trace or ()]
    assert len(results((tmp_path / "steps.html").read_text())) == len(wanted)


def test_no_cell_of_the_table_is_a_formula_and_files_are_whole(bench: Callable[..., Bench], tmp_path: Path) -> None:
    project = replace(load_example("A1"), textbook=(Printed("net_b1", "0.857", "=1+1"),))
    found = bench(project)
    found.formula.table_button.click()
    table = found.formula.table
    rows = list(csv.reader(io.StringIO(table.model.as_csv())))
    assert rows[1][1:] == ["net b1", "0.857", "0.857", "0.857", "'=1+1"]
    with pytest.raises(ProjectError, match="cannot be saved"):
        table.write_csv(tmp_path / "nowhere" / "steps.csv")
