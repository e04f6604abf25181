"""The automatic arrangement: nothing overlaps, wires run to the right within a row, long chains wrap."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from explorer.network import Edge, Network, Node
from ui.editor.layout import GRID, arrange, fill_in, free_place

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
