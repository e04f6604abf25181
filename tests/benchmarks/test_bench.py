"""The benchmarks run on small networks and tell what they should; how fast they are is no test."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QApplication

from explorer.project.check import check_project
from ui.app import main
from ui.bench import suites
from ui.bench.chain import chain
from ui.bench.editors import nodegraphqt, ours
from ui.bench.rows import Row, print_table, show
from ui.bench.suites import BenchError, Sizes, run_child

FIGURES = {"build": 2.0, "repaint": 3.0, "memory": 4.0}
WINDOW = dict.fromkeys(("open", "pan", "zoom", "drag", "edit", "undo", "cut", "copy and paste", "idle", "wakings"), 1.0)

STEP = {
    "stepper": {"open A2": 50.0, "step A2": 120.0, "open digits-conv": 200.0, "step digits-conv": 90.0},
    "check": {"plain": 600.0, "ours": 5.0, "error": 4e-9},
    "typesetting": {"gap": 9.0, "at once": 40.0},
    "wide": {"open": 300.0, "step": 200.0, "bytes": 100.0},
}


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The measurements that were asked for; each answers at once."""
    asked: list[tuple[str, int]] = []

    def answer(case: str, count: int) -> dict[str, float]:
        asked.append((case, count))
        peer = {name: 50 * figure for name, figure in FIGURES.items()}
        return {"ours": FIGURES, "nodegraphqt": peer, "window": WINDOW, "large": WINDOW, **STEP}[case]

    monkeypatch.setattr(suites, "run_child", answer)
    return asked


def test_the_chain_can_be_trained() -> None:
    project = chain(30)
    resolved, problems = check_project(project)
    assert problems == ()
    assert len(project.network.nodes) == 30
    assert resolved.parameters == 15 * 72


def test_the_editor_is_measured(qapp: QApplication) -> None:
    figures = ours(qapp, 30)
    assert figures.keys() == FIGURES.keys()
    assert figures["build"] > 0
    assert figures["repaint"] > 0


def test_the_peer_is_measured_where_it_is_installed(qapp: QApplication) -> None:
    if suites.has_peer():
        assert run_child("nodegraphqt", 5).keys() == FIGURES.keys()
    else:
        with pytest.raises(ImportError):
            nodegraphqt(qapp, 5)


def test_the_window_is_measured() -> None:
    figures = run_child("window", 30)
    assert figures.keys() == WINDOW.keys()
    assert all(figures[name] > 0 for name in WINDOW if name not in ("idle", "wakings"))
    assert run_child("large", 30).keys() == {"open", "pan"}


def test_a_child_tells_its_figures() -> None:
    assert run_child("ours", 20)["build"] > 0


def test_a_child_that_fails_is_told_of() -> None:
    with pytest.raises(BenchError, match="measurement nothing of 20 nodes failed: KeyError"):
        run_child("nothing", 20)


def test_turns_alternate_and_rows_compare(children: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "has_peer", lambda: True)
    said: list[str] = []
    rows = suites.editor(Sizes(20, 100, 400), 2, said.append)
    turns = [("ours", 20), ("nodegraphqt", 20)] * 2 + [("ours", 100), ("nodegraphqt", 100)] * 2
    assert children == [*turns, ("window", 100), ("window", 100), ("large", 400)]
    assert "20 nodes, turn 2 of 2" in said
    by_name = {row.what: row for row in rows}
    assert by_name["building 20 nodes"].ratio == 50
    assert by_name["building 20 nodes"].reached
    assert by_name["drawing all of 100 nodes"].reached is False
    assert by_name["memory of 100 nodes"].goal == "5× or more"
    assert by_name["opening a project of 100 nodes"].reached


def test_without_the_peer_it_says_how_to_install_it(
    children: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suites, "has_peer", lambda: False)
    assert main(["bench", "editor", "--rounds", "1", "--nodes", "100", "--json"]) == 0
    out, err = capsys.readouterr()
    assert 'pip install "nn-explorer[bench]"' in err
    rows = json.loads(out)["rows"]
    assert {"what", "value", "unit", "ratio", "reached"} <= rows[0].keys()
    assert rows[0]["reached"] is None
    assert "nodegraphqt" not in dict(children)


def test_the_table_shows_goals_and_whether_they_are_reached(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Title", "Peer", [Row("one", 2, "ms", peer=100, least_ratio=20), Row("two", 30, "ms", 16.7)])
    lines = capsys.readouterr().out.splitlines()
    assert any(
        all(word in line for word in ("one", "2.00 ms", "100 ms", "50.0×", "20× or more", "yes")) for line in lines
    )
    assert any(all(word in line for word in ("two", "30.0 ms", "16.7 ms or less", "no")) for line in lines)
    assert show(1234.5, "ms") == "1,234 ms"


def test_an_unknown_suite_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "coffee"]) == 2
    assert "There is no suite 'coffee'" in capsys.readouterr().err


def test_the_stepper_is_measured() -> None:
    for case, count in (("stepper", 1), ("wide", 8), ("check", 1)):
        figures = run_child(case, count)
        assert figures.keys() == STEP[case].keys()
        assert all(figure > 0 for figure in figures.values())
    assert figures["error"] < 1e-7


def test_rows_of_the_stepper(children: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "step", "--rounds", "2", "--nodes", "500", "--json"]) == 0
    rows = {row["what"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    checking = rows["checking all 4,290 gradients of 64-64-2, batch 10"]
    assert (checking["ratio"], checking["reached"]) == (120, True)
    assert rows["opening 64-64-2"]["reached"]
    assert rows["a step of 64-64-2, p95"]["reached"] is False
    assert rows["longest stand-still while formulas are set"]["ratio"] == pytest.approx(40 / 9)
    assert ("wide", 10) in children
