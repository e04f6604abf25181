"""Reports: their numbers are the stepper's, names are never markup, and a part is what it says."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.equations import Quantity
from explorer.examples import load_example
from explorer.project.model import Printed, Project
from explorer.stepping.compute import compute_records
from explorer.stepping.figures import Figures, Mode
from explorer.stepping.notation import Notation
from explorer.stepping.numbers import Rounded
from explorer.stepping.reports import SHEETS, written
from explorer.stepping.reports.diagram import network_svg
from explorer.stepping.reports.latex import words as tex_words
from explorer.stepping.reports.markdown import words as markdown_words
from explorer.stepping.reports.part import FEWEST, Part, dependencies, left_out, pieces, rows_of
from explorer.stepping.reports.sheet import AsComputed, AsStepped, Content
from explorer.stepping.reports.table import COLUMNS, cell
from explorer.stepping.trace import Trace
from tests.explorer.networks import networks, projects
from tests.explorer.stepping.reports.reading import check_latex, check_page, maths, results

MODES: tuple[Mode, ...] = ("printed", "decimals", "exact")
HOSTILE = "<script>alert(1)</script>\"'&|$x_%\\input{/etc/passwd}`![a](javascript:b)=1+1\n\n@x\u202e名"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(Trace(compute_records(load_example("A1"))[0]))


@pytest.fixture(scope="module")
def large() -> Trace:
    return Trace(compute_records(load_example("A2"))[0])


def report(figures: Figures, form: str, mode: Mode = "decimals", part: Part = Part(), **more: object) -> str:  # noqa: B008
    content = Content(figures.trace, AsStepped(figures, mode), part=part, **more)  # type: ignore[arg-type]
    return written(SHEETS[form](content)).decode("utf-8-sig")


@pytest.mark.parametrize("mode", MODES)
def test_the_numbers_of_a_page_are_those_of_the_stepper(figures: Figures, mode: Mode) -> None:
    page = report(figures, "html", mode)
    check_page(page)
    wanted = [figures.text(step.quantity, mode) for step in figures.trace]
    plain = [re.sub(r"·10(−?\d+)$", r"e\1", text) for text in results(page)]
    assert plain == wanted


@pytest.mark.parametrize("mode", MODES)
def test_the_numbers_of_a_table_are_those_of_the_stepper(figures: Figures, mode: Mode) -> None:
    rows = list(csv.DictReader(io.StringIO(report(figures, "csv", mode))))
    assert tuple(rows[0]) == COLUMNS
    names = Notation(figures.trace.rules.resolved)
    steps = {row["quantity"]: row["value"] for row in rows if row["stage"] not in ("given", "")}
    wanted = {names.text(s.quantity): figures.text(s.quantity, mode).replace("−", "-") for s in figures.trace}
    assert {name: value.lstrip("'") for name, value in steps.items()} == wanted
    given_numbers = {row["quantity"]: float(row["value"]) for row in rows if row["stage"] == "given"}
    assert given_numbers["w5"] == 0.05
    assert given_numbers["t_c2"] == 1.0


@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_every_number_is_in_the_other_forms(figures: Figures, form: str) -> None:
    text = report(figures, form).replace("{-}", "−").replace("-", "−")
    for step in figures.trace:
        shown = figures.text(step.quantity, "decimals")
        mantissa, _, exponent = shown.partition("e")
        assert (shown if form == "text" or not exponent else f"{mantissa} \\cdot 10^{{{exponent}}}") in text


def test_formulas_have_the_names_and_the_numbers_of_the_stepper(figures: Figures) -> None:
    q = Quantity("gradient", "c", "weight", (0, 0))
    number = figures.trace.find(q)
    assert number is not None
    (formula,) = maths(report(figures, "html", part=Part(first=number, last=number)))
    assert "".join(formula.itertext()) == ("∂E∂w5=∂E∂outc1\u2062∂outc1∂netc1\u2062outb1=0.5934·0.2413·0.7020=0.1005")


@pytest.mark.parametrize("form", list(SHEETS))
def test_slips_are_told_in_every_form(figures: Figures, form: str) -> None:
    text = report(figures, form)
    slips = sum(row.slip for row in figures.trace.record.project.textbook)
    assert text.count("slip: ") == (slips if form != "csv" else 12)


@pytest.mark.parametrize("style", ["names", "layers"])
def test_both_notations(figures: Figures, style: str) -> None:
    assert ("∂C∂w" in "".join("".join(m.itertext()) for m in maths(report(figures, "html", style=style)))) == (
        style == "layers"
    )
    check_latex(report(figures, "latex", style=style))


def test_what_is_told_of_progress(figures: Figures) -> None:
    told: list[float] = []
    written(SHEETS["text"](Content(figures.trace, AsStepped(figures, "exact"))), told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1


# Parts


@pytest.mark.parametrize(
    "part", [Part(), Part(stages=(1, 3)), Part(node="c"), Part(first=5, last=20), Part(node="b", stages=(5,))]
)
def test_a_part_holds_the_steps_that_it_says(figures: Figures, part: Part) -> None:
    trace = figures.trace
    chosen = [number for piece in pieces(trace, part) for number in piece.numbers]
    last = len(trace) - 1 if part.last is None else part.last
    wanted = [
        step.number
        for step in trace
        if (not part.stages or step.stage in part.stages)
        and (not part.node or trace.locate(step.number)[0].node == part.node)
        and part.first <= step.number <= last
    ]
    assert chosen == wanted


def test_a_quantity_comes_with_all_that_it_depends_on(figures: Figures) -> None:
    trace, q = figures.trace, Quantity("gradient", "b", "weight", (0, 0))
    found = dependencies(trace, q)
    names = {Notation(trace.rules.resolved).text(trace[number].quantity) for number in found}
    assert {"dE/dw1", "dE/dout_b1", "delta_c1", "delta_c2", "out_b1", "net_b2", "dout_b1/dnet_b1"} <= names
    assert not {"dE/dw5", "E", "new w1"} & names
    for number in found:
        assert all(need in found for q in trace[number].needs if (need := trace.find(q)) is not None)
    chosen = [number for piece in pieces(trace, Part(quantity=q)) for number in piece.numbers]
    assert set(chosen) == found


@pytest.mark.parametrize("limit", [50, 400, 3000])
def test_a_large_network_is_cut_and_says_so(large: Trace, limit: int) -> None:
    found = pieces(large, Part(), limit)
    kept = sum(len(piece.numbers) for piece in found)
    assert kept <= max(limit, FEWEST * len(found))
    assert kept + left_out(found) == len(large)
    for piece in found:
        assert piece.numbers[-1] == large.start_of(piece.section) + piece.section.count - 1
        assert list(rows_of(piece)).count(None) == (piece.left_out > 0)
    numbers = AsComputed(Rounded(large.rules, 3))
    page = written(SHEETS["html"](Content(large, numbers, limit=limit))).decode()
    check_page(page)
    told = [int(number.replace(",", "")) for number in re.findall(r"… ([\d,]+) more steps like these", page)]
    assert sum(told) == left_out(found)
    assert f"{left_out(found):,} of {len(large):,} steps are left out" in page


# Names are never markup


def hostile(text: str) -> Figures:
    """The worked example with a text wherever a person's own text can be."""
    project: Project = replace(
        load_example("A1"),
        name=text,
        textbook=(Printed("net_b1", f"0.857{text}", text, True), Printed("out_b1", "0.7020", text)),
    )
    figures = Figures(Trace(compute_records(project)[0]))
    figures.textbook.applies = True
    return figures


TEXTS = st.text(max_size=40) | st.text("<>&\"'\\{}$%#_^~|`*[]()!@=+-\n\r\t;:,a1名\u202e", max_size=40)


@settings(max_examples=25, deadline=None)
@given(TEXTS)
def test_hostile_names(text: str) -> None:
    figures = hostile(text)
    page = check_page(report(figures, "html", part=Part(stages=(1,))))
    assert page.tags.count("h1") == 1
    check_latex(report(figures, "latex", part=Part(stages=(1,))))
    check_table(report(figures, "csv", part=Part(stages=(1,))))


def test_one_hostile_name_in_every_form() -> None:
    figures = hostile(HOSTILE)
    assert "<script" not in report(figures, "html")
    assert "\\input{" not in report(figures, "latex")
    markdown = report(figures, "markdown")
    assert "<script" not in markdown
    assert "](javascript" not in markdown
    check_table(report(figures, "csv"))


def check_table(text: str) -> None:
    """No cell is a formula, and every row has its columns."""
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    for content in (content for row in rows for content in row):
        if content.strip("\ufeff \u00a0").startswith(("=", "+", "-", "@", "\t", "\r")):
            float(content)


@given(st.text(max_size=30) | st.from_regex(r"[ \t]*[=+@-][^\n]{0,20}"))
def test_no_cell_is_a_formula(text: str) -> None:
    safe = cell(text)
    if safe.lstrip(" \u00a0\ufeff")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "−"):
        float(safe)


@pytest.mark.parametrize(
    ("text", "safe"), [("−0.5", "-0.5"), ("=1+1", "'=1+1"), ("-(t − z)", "'-(t − z)"), ("w5", "w5")]
)
def test_cells(text: str, safe: str) -> None:
    assert cell(text) == safe


@given(TEXTS)
def test_words_in_markdown_and_latex(text: str) -> None:
    assert not re.search(r"(?<!\\)[`*_\[\]$|!]", markdown_words(text))
    assert "<" not in markdown_words(text)
    assert not re.search(r"[^\x20-\x7eÀ-ſ]", tex_words(text))


@settings(max_examples=15, deadline=None)
@given(projects(networks(most=6)), st.sampled_from(["names", "layers"]))
def test_random_networks_in_every_form(project: Project, style: str) -> None:
    figures = Figures(Trace(compute_records(project, (0, 1, 2))[0]))
    names = Notation(figures.trace.rules.resolved, style, 3)  # type: ignore[arg-type]
    picture = network_svg(figures.trace, names, page_colours=True)
    page = report(figures, "html", "exact", style=style, limit=120, picture=picture)
    check_page(page)
    assert results(page)
    check_latex(report(figures, "latex", "exact", style=style, limit=120))
    check_table(report(figures, "csv", "exact", style=style, limit=120))
    assert report(figures, "markdown", "exact", style=style, limit=120).count("```") % 2 == 0
