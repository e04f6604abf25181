"""Random networks and projects that can run: graphs over all kinds, with branches, valid by construction."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume, reject
from hypothesis import strategies as st

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.kind import LayerKind, Shape, ShapeProblem
from explorer.layers import KINDS
from explorer.network import Edge, Network, Node, append, apply_fix
from explorer.optimizers import OPTIMIZERS
from explorer.params import IntParam
from explorer.project.check import cost_problem
from explorer.project.model import Data, Project
from explorer.resolve import resolve
from explorer.settings import Settings
from tests.explorer.param_values import value, values

LARGEST = 40
"""Numbers per example in one layer, so that every one of them can be traced."""
PICTURES = st.tuples(st.integers(1, 3), st.integers(2, 4), st.integers(2, 4))
SHAPES = st.one_of(st.tuples(st.integers(1, 4)), PICTURES, PICTURES, st.tuples(st.integers(1, 3), st.integers(1, 3)))
LAYERS = tuple(kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file)
DENSE_KINDS = ("dense", "sigmoid", "tanh", "relu", "softplus")


@st.composite
def params_of(draw: st.DrawFn, kind: LayerKind) -> dict[str, Any]:
    """Values for every param of a kind; sizes are small, and the defaults come often."""
    drawn = {}
    for param in kind.params:
        if isinstance(param, IntParam):
            low = max(param.minimum, -3)
            small = st.integers(low, min(param.maximum, low + 6 if low < 0 else low + 3))
            drawn[param.name] = draw(st.just(param.default) | small if param.default <= low + 3 else small)
        else:
            drawn[param.name] = draw(st.just(param.default) | value(param))
    return drawn


def shape_of(kind: LayerKind, params: dict[str, Any], inputs: tuple[Shape, ...]) -> Shape | None:
    """The shape of a layer's output; None if its inputs do not fit."""
    try:
        return kind.output_shape(params, inputs)
    except ShapeProblem:
        return None


@st.composite
def layers(draw: st.DrawFn, kind: LayerKind) -> tuple[dict[str, Any], tuple[Shape, ...], Shape]:
    """(params, input shapes, output shape) of a layer of this kind that its inputs fit."""
    for _ in range(12):
        params = {
            param.name: param.check(given)
            for param, given in zip(kind.params, draw(params_of(kind)).values(), strict=True)
        }
        first = draw(SHAPES)
        count = draw(st.integers(2, 3)) if kind.variadic else len(kind.ports) - kind.optional_ports
        inputs = (first,) * count
        if count > 1 and draw(st.booleans()):
            axis = draw(st.integers(0, len(first) - 1))
            other = (*first[:axis], draw(st.integers(1, 4)), *first[axis + 1 :])
            inputs = (*inputs[:-1], other)
        if kind.optional_ports and draw(st.booleans()):
            steps = draw(st.sampled_from([(), (1,), (3,)]))
            states = ((*steps, size) for size in range(1, 9))
            inputs = next(((*inputs, s) for s in states if shape_of(kind, params, (*inputs, s)) is not None), inputs)
        output = shape_of(kind, params, inputs)
        if output is not None and math.prod(output) <= 4 * LARGEST:
            return params, inputs, output
    reject()


def numbers_for(
    kind: LayerKind, params: dict[str, Any], shape: Shape, rng: np.random.Generator, scale: float = 1.0
) -> np.ndarray:
    """Random numbers that a layer can read: normal ones, or indices."""
    if kind.takes_indices:
        return rng.integers(0, params["count"], shape).astype(float)
    return rng.normal(0.0, scale, shape)


def trains(kind: LayerKind) -> bool:
    """Whether layers of this kind have weights."""
    return type(kind).weight_shapes is not LayerKind.weight_shapes


@st.composite
def networks(draw: st.DrawFn, kinds: Sequence[LayerKind] = LAYERS, most: int = 9) -> Network:
    """One input, one output, and layers of ``kinds`` between them, with branches."""
    shapes = {"x": draw(st.tuples(st.integers(1, 4)) if len(kinds) < len(LAYERS) else SHAPES)}
    nodes, edges = [Node("x", "input", {"shape": shapes["x"]})], list[Edge]()
    # Kinds and sources are drawn evenly: hypothesis alone prefers the first of a list, and would stay with those.
    even = random.Random(draw(st.integers(0, 2**32 - 1)))
    for number in range(even.randint(1, most)):
        for kind in even.choices(kinds, [8 if trains(kind) else 1 for kind in kinds], k=6):
            source = even.choice(list(shapes)[-4:])
            same = [name for name, shape in shapes.items() if shape == shapes[source]]
            sources = [source, *even.choices(same, k=even.randint(1, 2))] if kind.variadic else [source]
            if kind.optional_ports and even.random() < 0.5:
                sources.append(even.choice(list(shapes)))
            params = draw(params_of(kind))
            checked = {param.name: param.check(params[param.name]) for param in kind.params}
            shape = shape_of(kind, checked, tuple(shapes[source] for source in sources))
            if shape is not None and math.prod(shape) <= LARGEST:
                name = f"n{number}"
                shapes[name] = shape
                nodes.append(Node(name, kind.id, params))
                edges += [Edge(source, name, port) for port, source in enumerate(sources)]
                break
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
    (end,) = resolved.outputs
    output = resolved.layers[end].shape
    assert output is not None
    fitting = [cost for cost in COSTS if cost.problem(output) is None]
    assume(fitting)
    cost = draw(st.sampled_from(fitting))
    problem = cost_problem(cost, resolved, end)
    if problem is not None:
        net = apply_fix(net, end, problem.fixes[0])
    elif cost.id == "exponential":  # of a larger output it is infinite
        net = append(net, end, "tanh")
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
    """Targets of the output's shape: probabilities or shares of classes where the cost wants them."""
    targets = numbers.uniform(-1.0, 1.0, (batch, *shape))
    if cost.classes:
        return np.abs(targets) / np.abs(targets).sum(1, keepdims=True)
    return np.abs(targets) if cost.probabilities else targets
