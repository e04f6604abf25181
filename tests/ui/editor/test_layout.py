"""The automatic arrangement: nothing overlaps, wires run to the right within a row, long chains wrap."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from explorer.network import Edge, Flow, Frame, Network, Node
from ui.editor.arrangement import arrange, fill_in
from ui.editor.frame_item import frame_rect
from ui.editor.layered import Block, layered
from ui.editor.layout import GRID, Taken, free_place

SIZE = (120.0, 100.0)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to 20 nodes and any wires between them, loops too."""
    names = [f"n{i}" for i in range(draw(st.integers(0, 20)))]
    if not names:
        return Network()
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=30))
    return Network(tuple(Node(name, "add") for name in names), tuple(Edge(*pair) for pair in pairs))


def overlapping(positions: dict[str, tuple[float, float]], size: tuple[float, float] = SIZE) -> list[tuple[str, str]]:
    """Pairs of nodes that cover each other."""
    return [
        (one, two)
        for one, (x, y) in positions.items()
        for two, (left, top) in positions.items()
        if one < two and abs(x - left) < size[0] and abs(y - top) < size[1]
    ]


@given(networks())
def test_every_node_has_a_place_of_its_own_on_the_grid(network: Network) -> None:
    positions = arrange(network, dict.fromkeys(network.by_id, SIZE))
    assert set(positions) == set(network.by_id)
    assert overlapping(positions) == []
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in positions.values())


@given(st.integers(2, 60))
def test_a_chain_runs_to_the_right_in_rows(count: int) -> None:
    nodes = tuple(Node(f"n{i}", "relu") for i in range(count))
    edges = tuple(Edge(f"n{i}", f"n{i + 1}") for i in range(count - 1))
    positions = arrange(Network(nodes, edges), {node.id: SIZE for node in nodes})
    for edge in edges:
        (x, y), (left, top) = positions[edge.source], positions[edge.target]
        assert (y == top and left > x) or top > y
    width = max(x for x, _ in positions.values()) + SIZE[0]
    height = max(y for _, y in positions.values()) + SIZE[1]
    assert count < 6 or width < 3 * height


def test_a_residual_block_is_not_cut() -> None:
    names = [f"n{i}" for i in range(10)]
    edges = [Edge(one, two) for one, two in itertools.pairwise(names)] + [Edge("n4", "n6", 1)]
    kinds = {"n6": "add"}
    network = Network(tuple(Node(name, kinds.get(name, "relu")) for name in names), tuple(edges))
    positions = arrange(network, dict.fromkeys(names, SIZE))
    rows = {y for _, y in positions.values()}
    assert len(rows) == 2
    assert positions["n4"][1] == positions["n6"][1]


def test_branches_do_not_cross() -> None:
    edges = (Edge("x", "a"), Edge("x", "b"), Edge("a", "c"), Edge("b", "d"))
    nodes = tuple(Node(name, "relu") for name in ("x", "b", "a", "c", "d"))
    positions = arrange(Network(nodes, edges), dict.fromkeys("xabcd", SIZE))
    assert (positions["a"][1] < positions["b"][1]) == (positions["c"][1] < positions["d"][1])


@given(networks(), st.data())
def test_nodes_without_a_place_leave_the_others_alone(network: Network, data: st.DataObject) -> None:
    sizes = dict.fromkeys(network.by_id, SIZE)
    whole = arrange(network, sizes)
    known = {name: place for name, place in whole.items() if data.draw(st.booleans())}
    positions = fill_in(network, sizes, known)
    assert {name: positions[name] for name in known} == known
    assert set(positions) == set(network.by_id)


def test_what_hangs_on_no_placed_node_is_laid_out_below_by_itself() -> None:
    names = [f"n{i}" for i in range(3000)]
    chain = Network(tuple(Node(n, "relu") for n in names), tuple(Edge(a, b) for a, b in itertools.pairwise(names)))
    sizes = dict.fromkeys(["x", *names], SIZE)
    positions = fill_in(replace(chain, nodes=(Node("x", "input"), *chain.nodes)), sizes, {"x": (64.0, 8.0)})
    alone = arrange(chain, sizes)
    right, down = (at - was for at, was in zip(positions["n0"], alone["n0"], strict=True))
    assert all(positions[n] == (x + right, y + down) for n, (x, y) in alone.items())
    assert min(positions[name][1] for name in names) >= 8 + SIZE[1]


@pytest.mark.parametrize("flow", ["right", "down"])
@pytest.mark.parametrize("shape", ["chain", "star"])
def test_much_that_hangs_on_a_placed_node_is_given_places_in_time(shape: str, flow: Flow) -> None:
    def seconds(count: int) -> float:
        names = [f"n{i}" for i in range(count)]
        sources = ["n0"] * (count - 1) if shape == "star" else names
        edges = tuple(Edge(source, name) for source, name in zip(sources, names[1:], strict=False))
        network = Network(tuple(Node(name, "relu") for name in names), edges, flow=flow)
        began = time.perf_counter()
        positions = fill_in(network, dict.fromkeys(names, SIZE), {"n0": (0.0, 0.0)})
        taken = time.perf_counter() - began
        assert len(set(positions.values())) == count
        return taken

    assert seconds(8000) < 12 * min(seconds(2000) for _ in range(3))  # four times as many; were it squared, sixteen


def test_places_that_are_filed_are_found_as_by_looking_at_all() -> None:
    chance = random.Random(3)
    positions = {f"n{i}": (chance.uniform(-900, 900), chance.uniform(-900, 900)) for i in range(120)}
    sizes = {name: (chance.uniform(40, 300), chance.uniform(40, 300)) for name in positions}
    taken = Taken(positions, sizes)
    for _ in range(100):
        wish = chance.uniform(-900, 900), chance.uniform(-900, 900)
        assert taken.free_place(wish, SIZE) == free_place(positions, sizes, wish, SIZE)


def test_a_free_place_covers_nothing() -> None:
    taken = {"a": (0.0, 0.0), "b": (0.0, 120.0)}
    place = free_place(taken, dict.fromkeys(taken, SIZE), (3.0, 5.0), SIZE)
    assert overlapping({**taken, "c": place}) == []
    assert place[0] == 0.0


def test_subnetworks_and_muted_layers_stand_in_the_row_as_others_do() -> None:
    inner = Network((Node("in", "input"), Node("h", "relu")), (Edge("in", "h"),))
    nodes = (
        Node("x", "input"),
        Node("b", "subnetwork", {"template": "t"}),
        Node("r", "relu", muted=True),
        Node("y", "relu"),
    )
    network = Network(nodes, (Edge("x", "b"), Edge("b", "r"), Edge("r", "y")), templates={"t": inner})
    places = arrange(network, dict.fromkeys(network.by_id, (104.0, 92.0)))
    assert [name for name, _ in sorted(places.items(), key=lambda item: item[1])] == ["x", "b", "r", "y"]


def residual() -> Network:
    """Two residual blocks one behind the other, each of them in a frame."""
    names = [*"xabcdefg"]
    edges = [Edge(one, two) for one, two in itertools.pairwise(names)]
    kinds = {"c": "add", "f": "add"}
    nodes = tuple(Node(name, kinds.get(name, "relu")) for name in names)
    frames = (Frame("frame1", ("a", "b", "c")), Frame("frame2", ("d", "e", "f"), "Block", "twice"))
    return Network(nodes, (*edges, Edge("x", "c", 1), Edge("c", "f", 1)), frames)


def test_a_chain_stays_straight_beside_what_goes_round_it() -> None:
    blocks = {name: Block(120, 60, 40) for name in "xabcdefg"}
    wires = [(edge.source, edge.target, edge.port) for edge in residual().edges]
    assert len({*layered(blocks, wires, 32).across.values()}) == 1


def test_a_source_stands_right_before_its_reader() -> None:
    wires = [("x", "a", 0), ("a", "b", 0), ("b", "c", 0), ("late", "c", 1)]
    found = layered({name: Block(120, 60, 40) for name in ("x", "late", "a", "b", "c")}, wires, 32)
    assert [sorted(layer) for layer in found.blocks] == [["x"], ["a"], ["b", "late"], ["c"]]
    assert found.cut[1:4] == [(1, 1), (1, 1), (2, 2)]


@given(networks())
def test_layers_of_any_graph(network: Network) -> None:
    """Every wire but those on loops leads to a later layer; blocks of a layer keep their distance."""
    blocks = {name: Block(120, 60, 40) for name in network.by_id}
    found = layered(blocks, [(e.source, e.target, e.port) for e in network.edges], 32)
    layer = {name: place for place, names in enumerate(found.blocks) for name in names}
    assert layer.keys() == blocks.keys()
    graph = networkx.DiGraph([(e.source, e.target) for e in network.edges])
    loops = [set(part) for part in networkx.strongly_connected_components(graph)]
    for edge in network.edges:
        if not any({edge.source, edge.target} <= loop for loop in loops):
            assert layer[edge.source] < layer[edge.target]
    for names in found.blocks:
        for one, two in itertools.pairwise(sorted(names, key=found.across.__getitem__)):
            assert found.across[two] - found.across[one] >= 132 - 1e-6


@given(st.integers(2, 4), st.integers(1, 3), st.randoms())
def test_a_tree_is_drawn_without_crossings(branching: int, depth: int, random: object) -> None:
    graph = networkx.balanced_tree(branching, depth, create_using=networkx.DiGraph)
    names = [f"n{node}" for node in graph.nodes]
    wires = [(f"n{one}", f"n{two}", 0) for one, two in graph.edges]
    random.shuffle(names)  # type: ignore[attr-defined]
    random.shuffle(wires)  # type: ignore[attr-defined]
    found = layered({name: Block(120, 60, 40) for name in names}, wires, 32)
    for (one, two, _), (three, four, _) in itertools.combinations(wires, 2):
        across, same = found.across, (one == three or two == four)
        levels = {name: place for place, layer in enumerate(found.blocks) for name in layer}
        if levels[one] == levels[three] and not same:
            assert (across[one] < across[three]) == (across[two] < across[four])


@pytest.mark.parametrize("flow", ["right", "down"])
def test_frames_are_kept_together(flow: Flow) -> None:
    network = residual()
    keeps_frames(network, flow)


@given(networks(), st.data())
def test_any_frames_are_kept_together(network: Network, data: st.DataObject) -> None:
    frames: dict[int, list[str]] = {}
    for name in network.by_id:
        frames.setdefault(data.draw(st.integers(0, 3)), []).append(name)
    held = tuple(Frame(f"frame{number}", tuple(names)) for number, names in frames.items() if number)
    keeps_frames(Network(network.nodes, network.edges, held), data.draw(st.sampled_from(["right", "down"])))


def keeps_frames(network: Network, flow: Flow) -> None:
    """Check that nothing lies over a frame but what it holds."""
    positions = arrange(network, dict.fromkeys(network.by_id, SIZE), flow)
    assert overlapping(positions) == []
    boxes = {name: QRectF(*place, *SIZE) for name, place in positions.items()}
    for frame in network.frames:
        nodes = QRectF()
        for name in frame.nodes:
            nodes = nodes.united(boxes[name])
        others = [box for name, box in boxes.items() if name not in frame.nodes]
        rect = frame_rect(nodes, bool(frame.note))
        assert not any(rect.intersects(box) for box in others)


@given(networks())
def test_from_top_to_bottom_every_wire_leads_down(network: Network) -> None:
    graph = networkx.DiGraph([(e.source, e.target) for e in network.edges])
    positions = arrange(network, dict.fromkeys(network.by_id, SIZE), "down")
    assert overlapping(positions) == []
    if networkx.is_directed_acyclic_graph(graph):
        assert all(positions[e.source][1] + SIZE[1] < positions[e.target][1] for e in network.edges)
