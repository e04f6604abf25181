"""Long formulas of LaTeX reports in lines, and what TeX itself says of them where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.examples import load_example
from explorer.project.model import Project
from explorer.stepping.compute import compute_records
from explorer.stepping.figures import Figures
from explorer.stepping.reports import SHEETS, written
from explorer.stepping.reports.sheet import AsStepped, Content
from explorer.stepping.reports.tex_lines import PAGE, broken, width
from explorer.stepping.trace import Trace
from tests.explorer.networks import networks, projects

HOSTILE = "<b>\"'&|$x_%\\input{x}`#^~é名"
TERM = r"0.123456789012 \cdot ({-}0.210987654321)"


def joined(lines: list[str]) -> str:
    """The formula again, without what was put in to break it."""
    text = re.sub(r"\\begin\{gathered\} (.*?) \\end\{gathered\}", r"\1", " ".join(lines), flags=re.DOTALL)
    return text.replace(r"\\ {} ", "").replace(r"\\ & \quad {} ", "")


@given(st.lists(st.sampled_from(["x", TERM, r"\max(a, b)", r"\frac{x}{y + z}"]), min_size=1, max_size=9), st.data())
def test_a_sum_is_broken_before_its_signs_and_nothing_is_lost(terms: list[str], data: st.DataObject) -> None:
    tex = data.draw(st.sampled_from([" + ", " - ", r" \cdot "])).join(terms)
    room = data.draw(st.floats(width(TERM), 3 * PAGE))
    lines = broken(tex, room)
    assert joined(lines) == tex
    assert all(width(line) <= room for line in lines)
    assert all(width(line) > room / 3 for line in lines[:-1])


def test_what_fits_stays_as_it_is() -> None:
    tex = " + ".join([TERM] * 2)
    assert broken(tex, width(tex)) == [tex]
    assert broken(tex, width(tex) - 1)[0].startswith(TERM)
    assert len(broken(tex, width(tex) - 1)) == 2


def test_fractions_and_roots_are_stacked_inside() -> None:
    long = " + ".join([TERM] * 6)
    (line,) = broken(rf"\frac{{{long}}}{{8}}", PAGE)
    numerator = line.removeprefix(r"\frac{\begin{gathered} ").removesuffix(r" \end{gathered}}{8}")
    assert len(numerator.split(r" \\ ")) > 1
    assert all(width(part) <= PAGE for part in numerator.split(r" \\ "))
    assert joined([line]) == rf"\frac{{{long}}}{{8}}"
    (root,) = broken(rf"\sqrt{{{long}}}", PAGE)
    assert joined([root]) == rf"\sqrt{{{long}}}"


def test_conditions_go_on_in_lines_of_their_own() -> None:
    long = r"\max(" + ", ".join(["block1/relu[10,10,10]"] * 9) + ")"
    rows = rf"x & \text{{if }} y \geq {long} \\ & \text{{and }} y > z \\ 0 & \text{{otherwise}}"
    (line,) = broken(rf"\begin{{cases}} {rows} \end{{cases}}", PAGE)
    cells = line.removeprefix(r"\begin{cases} ").removesuffix(r" \end{cases}").split(r" \\ ")
    assert len(cells) > 3
    assert all(cell.count("&") == 1 and width(cell) <= PAGE for cell in cells)
    assert joined([line]) == rf"\begin{{cases}} {rows} \end{{cases}}"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX is installed")
@pytest.mark.parametrize("name", ["A1", "perceptron", "vgg", "lstm", "transformer"])
def test_tex_sets_reports_without_an_error_or_a_formula_beyond_the_margin(name: str, tmp_path: Path) -> None:
    project = load_example(name)
    assert "Overfull" not in set_by_tex(replace(project, name=f"{project.name} {HOSTILE}"), tmp_path)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX is installed")
@settings(max_examples=6, deadline=None)
@given(projects(networks(most=8)))
def test_tex_sets_reports_of_random_networks(project: Project) -> None:
    with tempfile.TemporaryDirectory() as folder:
        set_by_tex(project, Path(folder))


def set_by_tex(project: Project, folder: Path) -> str:
    """What TeX notes while it sets a report."""
    report = folder / "report.tex"
    figures = Figures(Trace(compute_records(project)[0]))
    content = Content(figures.trace, AsStepped(figures, "exact"), limit=400)
    report.write_bytes(written(SHEETS["latex"](content)))
    tex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", report.name]
    told = subprocess.run(tex, cwd=folder, capture_output=True, timeout=120, check=False)
    log = (folder / "report.log").read_text(encoding="latin-1")
    assert told.returncode == 0, re.findall("^!.*", log, re.MULTILINE)
    return log
