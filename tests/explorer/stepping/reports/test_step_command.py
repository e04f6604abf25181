"""The command ``step`` writes a chosen part, in the forms that the window has."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from explorer.cli import main
from explorer.examples import load_example
from explorer.project.format import save_project
from tests.explorer.stepping.reports.reading import check_latex, check_page


@pytest.fixture
def project(tmp_path: Path) -> str:
    save_project(load_example("A1"), tmp_path / "a1.json")
    return str(tmp_path / "a1.json")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["step", *words]) == 0
    return capsys.readouterr().out


def test_a_quantity_with_all_that_it_depends_on(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(told(capsys, project, "--format", "csv", "--quantity", "dE/dw5"))))
    names = [row["quantity"] for row in rows if row["stage"] not in ("given", "")]
    assert names == [
        "net_b1", "net_b2", "out_b1", "out_b2", "net_c1", "out_c1", "dE/dout_c1", "dout_c1/dnet_c1", "dE/dw5",
    ]  # fmt: skip
    assert float(next(row["value"] for row in rows if row["quantity"] == "dE/dw5")) == pytest.approx(0.10050825424)


def test_stages_and_layers(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, project, "--stages", "1,5", "--layer", "c")
    assert "net_c1" in text
    assert "new w5" in text
    assert "net_b1 =" not in text
    assert "3 Gradients" not in text


def test_several_iterations_are_one_document(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, project, "--iterations", "2", "--format", "html", "--stages", "2")
    found = check_page(page)
    assert found.tags.count("h1") == 2
    ids = [value for _, key, value in found.attributes if key == "id"]
    assert len(ids) == len(set(ids)) == 2
    check_latex(told(capsys, project, "--iterations", "2", "--format", "latex", "--stages", "2"))


def test_a_limit_says_what_is_left_out(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, project, "--limit", "40")
    assert "of 100 steps are left out" in text
    assert "more steps like these" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--stages", "0"], "--stages takes numbers from 1 to 5"),
        (["--layer", "nowhere"], "no layer called 'nowhere'"),
        (["--quantity", "dE/dw99"], "no step computes 'dE/dw99'; names are such as net_b1."),
    ],
)
def test_what_is_refused(project: str, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    assert main(["step", project, *words]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
