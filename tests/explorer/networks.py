"""Random networks and projects that can run: graphs over all kinds, with branches, valid by construction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume, reject
from hypothesis import strategies as st

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.kind import LayerKind, Shape, ShapeProblem
from explorer.layers import KINDS
from explorer.network import Edge, Network, Node
from explorer.optimizers import OPTIMIZERS
from explorer.params import IntParam
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings
from tests.explorer.param_values import value, values

LARGEST = 40
"""Numbers per example in one layer, so that every one of them can be traced."""
SHAPES = st.one_of(
    st.tuples(st.integers(1, 4)),
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
LAYERS = tuple(kind for kind in KINDS if kind.ports)
DENSE_KINDS = ("dense", "sigmoid", "tanh", "relu", "softplus")


@st.composite
def params_of(draw: st.DrawFn, kind: LayerKind) -> dict[str, Any]:
    """Values for every param of a kind; sizes are small, and the defaults come often."""
    drawn = {}
    for param in kind.params:
        small = isinstance(param, IntParam)
        other = st.integers(param.minimum, min(param.maximum, param.minimum + 3)) if small else value(param)
        drawn[param.name] = draw(other if small else st.just(param.default) | other)
    return drawn


@st.composite
def layers(draw: st.DrawFn, kind: LayerKind) -> tuple[dict[str, Any], tuple[Shape, ...], Shape]:
    """(params, input shapes, output shape) of a layer of this kind that its inputs fit."""
    for _ in range(12):
        params = {
            param.name: param.check(given)
            for param, given in zip(kind.params, draw(params_of(kind)).values(), strict=True)
        }
        first = draw(SHAPES)
        count = draw(st.integers(2, 3)) if kind.variadic else len(kind.ports)
        inputs = (first,) * count
        if count > 1 and draw(st.booleans()):
            axis = draw(st.integers(0, len(first) - 1))
            other = (*first[:axis], draw(st.integers(1, 4)), *first[axis + 1 :])
            inputs = (*inputs[:-1], other)
        try:
            output = kind.output_shape(params, inputs)
        except ShapeProblem:
            continue
        if math.prod(output) <= 4 * LARGEST:
            return params, inputs, output
    reject()


@st.composite
def networks(draw: st.DrawFn, kinds: Sequence[LayerKind] = LAYERS, most: int = 9) -> Network:
    """One input, one output, and layers of ``kinds`` between them, with branches."""
    shapes = {"x": draw(st.tuples(st.integers(1, 4)) if len(kinds) < len(LAYERS) else SHAPES)}
    nodes, edges = [Node("x", "input", {"shape": shapes["x"]})], list[Edge]()
    for number in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        count = draw(st.integers(2, 3)) if kind.variadic else 1
        sources = [draw(st.sampled_from(list(shapes)[-3:])) for _ in range(count)]
        params = draw(params_of(kind))
        try:
            checked = {param.name: param.check(params[param.name]) for param in kind.params}
            shape = kind.output_shape(checked, tuple(shapes[source] for source in sources))
        except ShapeProblem:
            continue
        if math.prod(shape) <= LARGEST:
            name = f"n{number}"
            shapes[name] = shape
            nodes.append(Node(name, kind.id, params))
            edges += [Edge(source, name, port) for port, source in enumerate(sources)]
    return _joined(nodes, edges, shapes)


def _joined(nodes: list[Node], edges: list[Edge], shapes: dict[str, Shape]) -> Network:
    """With the loose ends flattened and concatenated, so that there is one output."""
    loose = [node.id for node in nodes if node.id not in {edge.source for edge in edges}]
    if len(loose) > 1:
        for end in [end for end in loose if len(shapes[end]) > 1]:
            nodes.append(Node(f"{end}_flat", "flatten"))
            edges.append(Edge(end, f"{end}_flat"))
            loose[loose.index(end)] = f"{end}_flat"
        nodes.append(Node("joined", "concat"))
        edges += [Edge(end, "joined", port) for port, end in enumerate(loose)]
    return Network(tuple(nodes), tuple(edges))


@st.composite
def projects(draw: st.DrawFn, network: st.SearchStrategy[Network] | None = None, batch: int = 3) -> Project:
    """A random network with random weights, ``batch`` examples, and a cost and an optimizer that fit."""
    net = draw(network if network is not None else networks())
    resolved = resolve(net)
    assert resolved.problems == ()
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    output = resolved.layers[resolved.outputs[0]].shape
    assert output is not None
    fitting = [cost for cost in COSTS if cost.problem(output) is None]
    assume(fitting)
    cost = draw(st.sampled_from(fitting))
    optimizer = draw(st.sampled_from(OPTIMIZERS))
    own = draw(values(optimizer.params)) | {"lr": draw(st.floats(1e-3, 0.5))}
    inputs = np.round(numbers.normal(size=(batch, *net.nodes[0].params["shape"])), 2)
    return Project(
        network=net,
        weights={name: numbers.normal(0.0, 0.7, shape) for name, shape in resolved.weight_shapes.items()},
        data=Data("inline", {"inputs": inputs.tolist(), "targets": _targets(numbers, cost, output, batch).tolist()}),
        settings=Settings({"cost": cost.id, "optimizer": optimizer.id, "batch_size": batch}, own),
    )


def _targets(numbers: np.random.Generator, cost: CostFunction, shape: Shape, batch: int) -> np.ndarray:
    """Targets of the output's shape: shares of classes where the cost wants them."""
    targets = numbers.uniform(-1.0, 1.0, (batch, *shape))
    return np.abs(targets) / np.abs(targets).sum(1, keepdims=True) if cost.classes else targets
