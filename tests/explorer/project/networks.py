"""Random projects for the tests of the file format: any kinds, any wiring, good and bad params."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.data import SOURCES
from explorer.layers import KINDS
from explorer.network import Edge, Flow, Network, Node
from explorer.optimizers import OPTIMIZERS
from explorer.output_settings import OutputSettings
from explorer.project.model import Data, Printed, Project
from explorer.settings import SETTINGS, Settings
from tests.explorer.param_values import value, values

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.from_regex(r"[^\W\d][\w/-]{0,8}", fullmatch=True)
PLACES = st.floats(-1e6, 1e6)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def nodes(draw: st.DrawFn, node_id: str) -> Node:
    kind = draw(st.sampled_from(KINDS))
    given = {param.name: draw(value(param)) for param in kind.params if draw(st.booleans())}
    position = draw(st.none() | st.tuples(PLACES, PLACES))
    return Node(node_id, kind.id, given, position, draw(st.sampled_from(["", "#123456"])), draw(TEXTS))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    names = draw(st.lists(NAMES, unique=True, max_size=6))
    ends = st.sampled_from([*names, "nobody"])
    edges = draw(st.lists(st.builds(Edge, ends, ends, st.integers(0, 5)), max_size=8))
    flow: Flow = draw(st.sampled_from(["right", "down"]))
    return Network(tuple(draw(nodes(name)) for name in names), tuple(edges), flow=flow)


@st.composite
def weights(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    shapes = arrays.array_shapes(max_dims=4, max_side=3)
    kept = [f"{name}.{part}" for name in names for part in ("weight", "bias") if draw(st.booleans())]
    return {name: draw(arrays.arrays(np.float64, shapes, elements=NUMBERS)) for name in kept}


RANGES = st.tuples(st.integers(0, 9), st.integers(10, 20))
OUTPUTS = st.builds(
    OutputSettings,
    st.sampled_from(["project", "mse", "cross_entropy"]),
    st.floats(0.0, 10.0),
    st.sampled_from(["auto", "all", "inputs"]) | RANGES,
)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    network = draw(networks())
    source = draw(st.sampled_from(SOURCES))
    optimizer = draw(st.sampled_from(OPTIMIZERS))
    chosen = draw(values(SETTINGS)) | {"optimizer": optimizer.id}
    split = draw(st.sampled_from([None, (1.0, 0.0, 0.0), (0.6, 0.2, 0.2), (0.5, 0.5, 0.0)]))
    return Project(
        draw(TEXTS),
        network,
        draw(weights([node.id for node in network.nodes])),
        Data(source.id, draw(values(source.params)), split),
        Settings(chosen, draw(values(optimizer.params)), draw(st.dictionaries(TEXTS, OUTPUTS, max_size=2))),
        draw(TEXTS),
        tuple(draw(st.lists(st.builds(Printed, TEXTS, TEXTS, TEXTS, st.booleans()), max_size=3))),
    )


def same(one: Project, other: Project) -> bool:
    """Whether two projects hold the same, weights bit by bit."""
    parts = ("name", "network", "data", "settings", "description", "textbook")
    equal = all(getattr(one, part) == getattr(other, part) for part in parts)
    return equal and one.weights.keys() == other.weights.keys() and all(
        np.array_equal(array, other.weights[name]) and array.dtype == other.weights[name].dtype
        for name, array in one.weights.items()
    )  # fmt: skip
