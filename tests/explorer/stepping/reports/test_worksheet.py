"""Worksheets: blanks that a seed chooses, nothing that gives them away, and a key with the right numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.equations import Quantity, Ref
from explorer.examples import load_example
from explorer.project.format import save_project
from explorer.stepping.compute import compute_records
from explorer.stepping.figures import Figures
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Rounded
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.part import Part
from explorer.stepping.reports.sheet import AsComputed, AsStepped, Content
from explorer.stepping.reports.worksheet import MOST_ITEMS, MOST_OPERANDS, html_worksheet, make_worksheet
from explorer.stepping.trace import Trace
from tests.explorer.stepping.reports.reading import check_page, maths, results


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(Trace(compute_records(load_example("A1"))[0]))


def content(figures: Figures, part: Part = Part()) -> Content:  # noqa: B008
    names = Notation(figures.trace.rules.resolved)
    shown = AsStepped(figures, "decimals")
    return Content(
        figures.trace, shown, part=part, picture=network_svg(figures.trace, names, shown.given(figures.trace))
    )


def test_the_same_seed_makes_the_same_blanks(figures: Figures) -> None:
    def blanks(seed: int) -> list[int]:
        return [item.number for item in make_worksheet(content(figures), seed).items if item.blank]

    assert blanks(1) == blanks(1)
    assert len({tuple(blanks(seed)) for seed in range(8)}) == 8


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_the_share_of_blanks(figures: Figures, share: float) -> None:
    items = make_worksheet(content(figures), 3, share).items
    count = sum(item.blank for item in items)
    copies = sum(isinstance(item.line.equation, Ref) for item in items)
    assert round(share * len(items)) <= count <= round(share * len(items)) + copies


@pytest.mark.parametrize("seed", range(5))
def test_no_copy_gives_a_blank_away(figures: Figures, seed: int) -> None:
    sheet = make_worksheet(content(figures), seed, 0.4)
    blank = {item.line.quantity for item in sheet.items if item.blank}
    for item in sheet.items:
        if isinstance(item.line.equation, Ref) and item.line.equation.quantity in blank:
            assert item.blank
    assert blank.isdisjoint(dict(sheet.given))


@pytest.mark.parametrize("stages", [(), (1,), (3,), (1, 3), (5,)])
def test_everything_that_a_blank_needs_is_on_the_sheet(figures: Figures, stages: tuple[int, ...]) -> None:
    sheet = make_worksheet(content(figures, Part(stages)), 2)
    there = {item.line.quantity for item in sheet.items} | set(dict(sheet.given))
    for item in sheet.items:
        assert set(item.line.step.needs) <= there
    assert {item.line.step.stage for item in sheet.items} == set(stages or range(1, 6))


def test_the_page_hides_the_blanks_and_the_key_has_them(figures: Figures) -> None:
    sheet = make_worksheet(content(figures, Part((1, 3))), 4)
    page = html_worksheet(sheet)
    check_page(page)
    asked, _, key = page.partition('<section class="key">')
    shown = [figures.text(item.line.quantity, "decimals") for item in sheet.items if not item.blank]
    found = [figures.text(item.line.quantity, "decimals") for item in sheet.items if item.blank]
    assert results(asked) == shown
    assert results(key) == found
    assert asked.count('class="blank"') == len(found)
    assert "Name" in asked
    assert "Date" in asked
    assert "<svg" in asked
    without = html_worksheet(sheet, key=False)
    assert 'class="key"' not in without
    assert results(without) == shown


def test_blank_numbers_are_nowhere_else_on_the_sheet(figures: Figures) -> None:
    """Not in the picture, the given numbers or another formula: only the numbers of items that are no blanks."""
    sheet = make_worksheet(content(figures, Part((1,))), 4, 0.99)
    asked = html_worksheet(sheet, key=False)
    text = " ".join(re.findall(r">([^<>]+)<", asked.partition("<main>")[2]))
    for item in sheet.items:
        if item.blank and len(figures.text(item.line.quantity, "decimals")) > 5:
            assert figures.text(item.line.quantity, "decimals") not in text


def test_a_large_network_fits_on_paper() -> None:
    trace = Trace(compute_records(load_example("A2"))[0])
    sheet = make_worksheet(Content(trace, AsComputed(Rounded(trace.rules, 3))), 0)
    assert 0 < len(sheet.items) <= MOST_ITEMS
    assert all(len(item.line.step.needs) <= MOST_OPERANDS for item in sheet.items)
    assert sheet.left_out == len(trace) - len(sheet.items)
    assert f"{sheet.left_out:,} steps are left out" in html_worksheet(sheet)


def test_the_given_numbers_are_the_networks(figures: Figures) -> None:
    sheet = make_worksheet(content(figures), 0)
    given = dict(sheet.given)
    assert given[Quantity("weight", "b", "weight", (0, 0))] == "0.10"
    assert given[Quantity("rate")] == "0.5"
    first = maths(html_worksheet(sheet))[0]
    assert "=" in "".join(first.itertext())


# The command


@pytest.fixture
def project(tmp_path: Path) -> Path:
    save_project(load_example("A1"), tmp_path / "a1.json")
    return tmp_path / "a1.json"


def test_the_command_writes_a_page(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = project.with_name("sheet.html")
    words = ["worksheet", str(project), "--out", str(out), "--stages", "1,3"]
    assert main([*words, "--seed", "7"]) == 0
    assert capsys.readouterr().out == f"Saved as {out}.\n"
    page = out.read_text()
    check_page(page)
    assert 'class="key"' in page
    assert main([*words, "--seed", "7", "--force"]) == 0
    assert out.read_text() == page
    assert main([*words, "--seed", "8", "--no-key", "--force", "--round", "3", "--notation", "layers"]) == 0
    assert out.read_text() != page
    assert 'class="key"' not in out.read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "x.doc"], "--out takes a name that ends in"),
        (["--out", "x.html", "--stages", "6"], "--stages takes numbers from 1 to 5"),
        (["--out", "x.html", "--sample", "9"], "There is no example 9"),
        (["--out", "x.html", "--blanks", "0"], "--blanks"),
        (["--out", "nowhere/x.html"], "cannot be saved"),
    ],
)
def test_what_the_command_refuses(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(project.parent)
    assert main(["worksheet", str(project), *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


def test_a_file_is_replaced_only_by_force(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = project.with_name("sheet.html")
    out.write_text("mine")
    assert main(["worksheet", str(project), "--out", str(out)]) == 2
    assert "say --force" in capsys.readouterr().err
    assert out.read_text() == "mine"
