"""What nodes and wires show, and the ways of wires."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from explorer.layers import KINDS, kind_of
from explorer.network import Edge, Network, NetworkError, Node
from explorer.params import check_params
from explorer.project.check import check_project
from explorer.project.model import Project
from tests.explorer.edits import EDITS, edited
from tests.explorer.networks import networks
from ui import theme
from ui.editor.look import counts_text
from ui.editor.looks import Looks
from ui.editor.metrics import NARROWEST, WIDEST, node_size
from ui.editor.ranking import ranked
from ui.editor.routing import blocked, boxes_of, label_place, rounded, route
from ui.editor.thumbnail import curve, weights_image

PLACE = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(lambda p: (p[0] * 20.0, p[1] * 20.0))


def project() -> Project:
    """Input, convolution, ReLU, pool, a dense layer that does not fit, softmax, and two ways into an add."""
    nodes = (
        Node("x", "input", {"shape": (1, 8, 8)}),
        Node("conv", "conv2d", {"filters": 3, "padding": "same"}),
        Node("act", "relu"),
        Node("same", "conv2d", {"filters": 3, "padding": "same"}),
        Node("both", "add"),
        Node("out", "dense"),
        Node("soft", "softmax"),
    )
    edges = [("x", "conv"), ("conv", "act"), ("act", "same"), ("same", "both"), ("act", "both", 1), ("both", "out")]
    return Project(network=Network(nodes, (*(Edge(*edge) for edge in edges), Edge("out", "soft"))))


def test_looks_say_what_is_known() -> None:
    shown = project()
    resolved, problems = check_project(shown)
    book = Looks()
    book.update(shown, resolved, problems)
    looks, wires = book.nodes, book.wires
    assert looks["x"].shape == "1×8×8"
    assert looks["conv"].shape == "1×8×8 → 3×8×8"
    assert looks["conv"].count == "30 parameters"
    assert looks["act"].shape == "3×8×8"
    assert looks["act"].curve
    assert looks["same"].shape == "3×8×8 → same"
    assert looks["both"].ports == 3
    assert (looks["out"].state, looks["out"].shape) == ("problem", "3×8×8 → ?")
    assert (looks["soft"].state, looks["soft"].caption) == ("waiting", "waits for out")
    assert wires[Edge("both", "out")].state == "problem"
    assert wires[Edge("out", "soft")].state == "waiting"
    assert wires[Edge("x", "conv")].label == "1×8×8"
    assert counts_text(resolved.network, resolved) == "7 nodes · 7 edges · 114 parameters so far"


def test_the_same_project_looks_the_same() -> None:
    shown = project()
    resolved, problems = check_project(shown)
    book = Looks()
    assert book.update(shown, resolved, problems) == set(shown.network.by_id)
    before = dict(book.nodes)
    book.take_changes()
    assert book.update(shown, *check_project(project())) == set()
    assert book.take_changes() == (set(), [])
    assert all(book.nodes[name] is look for name, look in before.items())


@given(networks(), EDITS)
def test_after_any_edits_looks_are_those_of_a_network_without_a_past(
    network: Network, edits: list[tuple[int, int, int, int]]
) -> None:
    book, shown = Looks(), Project(network=network)
    book.update(shown, *check_project(shown))
    known, wires = dict(book.nodes), dict(book.wires)
    book.take_changes()
    for edit in edits:
        try:
            shown = Project(network=edited(shown.network, *edit))
        except NetworkError:
            continue
        resolved, problems = check_project(shown)
        if set(resolved.layers) < set(shown.network.by_id):
            continue
        fresh = Looks()
        fresh.update(shown, resolved, problems)
        book.update(shown, resolved, problems)
        assert (book.nodes, book.wires) == (fresh.nodes, fresh.wires)
    changed = book.take_changes()
    assert {name for name in known.keys() | book.nodes.keys() if known.get(name) != book.nodes.get(name)} <= changed[0]
    assert {edge for edge in wires.keys() | book.wires.keys() if wires.get(edge) != book.wires.get(edge)} <= set(
        changed[1]
    )


def test_nodes_are_104_to_136_wide(light: theme.Theme) -> None:
    shown = project()
    book = Looks()
    book.update(shown, *check_project(shown))
    for look in book.nodes.values():
        width, height = node_size(look)
        assert NARROWEST <= width <= WIDEST
        assert height >= 92


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.elementwise], ids=lambda kind: kind.id)
def test_a_curve_is_the_function_itself(kind: object) -> None:
    import torch

    layer = kind_of(kind.id)  # type: ignore[attr-defined]
    params = check_params(layer.params, {})[0]
    z, values = curve(layer.id, tuple(sorted(params.items())))
    module = layer.module(params, ((len(z),),)).double().eval()
    np.testing.assert_allclose(values, module(torch.tensor(z)[None]).numpy()[0], rtol=1e-9, atol=1e-12)


def test_weights_are_coloured_by_sign(light: theme.Theme) -> None:
    image = weights_image(np.array([[-1.0, 0.0, 1.0]]))
    assert [image.pixelColor(x, 0).name().upper() for x in (0, 2)] == ["#1B4F8F", "#A34E00"]
    assert image.pixelColor(1, 0).lightness() > 230


def test_large_weights_are_thinned(light: theme.Theme) -> None:
    image = weights_image(np.full((3, 1000), np.nan))
    assert (image.width(), image.height()) == (64, 3)


@given(PLACE, PLACE, st.lists(PLACE, max_size=6), st.integers(0, 2))
def test_a_way_is_square_and_ends_at_its_ports(
    one: tuple[float, float], two: tuple[float, float], others: list[tuple[float, float]], lane: int
) -> None:
    source, target = QRectF(*one, 100, 80), QRectF(*two, 100, 80)
    start, end = QPointF(source.right(), source.top() + 60), QPointF(target.left(), target.top() + 60)
    points = route(start, end, boxes_of([QRectF(*place, 100, 80) for place in others]), source, target, lane)
    assert (points[0], points[-1]) == (start, end)
    for before, after in itertools.pairwise(points):
        assert abs(before.x() - after.x()) < 1 or abs(before.y() - after.y()) < 1
    assert not rounded(points).isEmpty() or start == end
    assert any(abs(label_place(points)[0].y() - point.y()) < 1 for point in points)


def test_a_wire_goes_round_what_lies_between() -> None:
    source, between, target = QRectF(0, 0, 100, 100), QRectF(150, 0, 100, 100), QRectF(300, 0, 100, 100)
    points = route(QPointF(100, 60), QPointF(300, 60), boxes_of([between]), source, target)
    assert not blocked(points, boxes_of([between]))
    assert len(points) == 6


@pytest.mark.parametrize(
    ("typed", "first"),
    [("conv", "conv2d"), ("sig", "sigmoid"), ("pool", "max_pool2d"), ("flaten", "flatten"), ("soft", "softmax")],
)
def test_the_best_kind_comes_first(typed: str, first: str) -> None:
    assert ranked(typed)[0].id == first


def test_nonsense_fits_nothing_and_nothing_fits_all() -> None:
    assert ranked("qqqqzzz") == []
    assert ranked("  ") == list(KINDS)
