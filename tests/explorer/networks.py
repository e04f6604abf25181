"""Random networks and projects that can run: graphs over all kinds, with branches, valid by construction."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from hypothesis import assume, reject
from hypothesis import strategies as st

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.kind import LayerKind, Shape, ShapeProblem
from explorer.layers import KINDS
from explorer.network import Edge, Network, Node, append
from explorer.optimizers import OPTIMIZERS
from explorer.output_settings import OutputSettings
from explorer.params import IntParam
from explorer.project.model import Data, Project
from explorer.resolve import Resolved, resolve
from explorer.settings import Settings
from explorer.weight_params import WEIGHT_PARAMS
from tests.explorer.param_values import value, values

LARGEST = 40
"""Numbers per example in one layer, so that every one of them can be traced."""
LISTS, ROWS = st.tuples(st.integers(1, 4)), st.tuples(st.integers(1, 3), st.integers(1, 3))
PICTURES = st.tuples(st.integers(1, 3), st.integers(2, 4), st.integers(2, 4))
BY_AXES = {1: LISTS, 2: ROWS, 3: PICTURES | PICTURES}
SHAPES = st.one_of(*BY_AXES.values())
LAYERS = tuple(kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file)
DENSE_KINDS = ("dense", "sigmoid", "tanh", "relu", "softplus")


@st.composite
def params_of(draw: st.DrawFn, kind: LayerKind, of_weights: bool = True) -> dict[str, Any]:
    """Values for every param of a kind: small sizes, and often the defaults; always those, unless ``of_weights``."""
    drawn = {}
    for param in kind.params:
        if param in WEIGHT_PARAMS and not of_weights:
            drawn[param.name] = param.default
        elif isinstance(param, IntParam):
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
        drawn = draw(params_of(kind, of_weights=False))
        params = {param.name: param.check(drawn[param.name]) for param in kind.params}
        first = draw(shapes_for(kind))
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
        params = mended(kind, params, inputs)
        output = shape_of(kind, params, inputs)
        if output is not None and math.prod(output) <= 4 * LARGEST:
            return params, inputs, output
    reject()


@cache
def shapes_for(kind: LayerKind) -> st.SearchStrategy[Shape]:
    """Shapes with as many axes as the inputs of a kind may have."""
    params = {param.name: param.default for param in kind.params}
    count = len(kind.ports) - kind.optional_ports
    fitting = [axes for axes in BY_AXES if shape_of(kind, params, ((6,) * axes,) * count) is not None]
    return st.one_of(*(BY_AXES[axes] for axes in fitting or BY_AXES))


def mended(kind: LayerKind, params: dict[str, Any], inputs: tuple[Shape, ...]) -> dict[str, Any]:
    """Params that fit the inputs, as far as the fixes of their problems lead there: most that are drawn do not fit."""
    for _ in range(4):
        try:
            kind.output_shape(params, inputs)
        except ShapeProblem as problem:
            params = params | next((dict(fix.set) for fix in problem.fixes if fix.set and not fix.insert), {})
    return params


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
def networks(
    draw: st.DrawFn, kinds: Sequence[LayerKind] = LAYERS, most: int = 9, inputs: int = 1, several: bool = False
) -> Network:
    """Up to ``inputs`` inputs, one output or ``several``, and layers of ``kinds`` between them, with branches."""
    given = st.tuples(st.integers(1, 4)) if len(kinds) < len(LAYERS) else SHAPES
    kinds = [kind for kind in kinds if not kind.takes_indices]
    # Kinds and sources are drawn evenly: hypothesis alone prefers the first of a list, and would stay with those.
    even = random.Random(draw(st.integers(0, 2**32 - 1)))
    names = ("x", "u", "v")[: even.randint(1, inputs)]
    shapes = {name: draw(given) for name in names}
    nodes, edges = [Node(name, "input", {"shape": shapes[name]}) for name in names], list[Edge]()
    weights: dict[str, tuple[LayerKind, dict[str, Shape]]] = {}
    for number in range(even.randint(len(names), most)):
        for kind in even.choices(kinds, [8 if trains(kind) else 1 for kind in kinds], k=6):
            source = even.choice([*list(shapes)[-4:], names[number % len(names)]])
            same = [name for name, shape in shapes.items() if shape == shapes[source]]
            sources = [source, *even.choices(same, k=even.randint(1, 2))] if kind.variadic else [source]
            if kind.optional_ports and even.random() < 0.5:
                sources.append(even.choice(list(shapes)))
            params = draw(params_of(kind))
            checked = {param.name: param.check(params[param.name]) for param in kind.params}
            came = tuple(shapes[source] for source in sources)
            shape = shape_of(kind, checked, came)
            if shape is not None and math.prod(shape) <= LARGEST:
                name = f"n{number}"
                own = (kind, kind.weight_shapes(checked, came))
                owners = [owner for owner, needed in weights.items() if needed == own]
                if owners and even.random() < 0.5:
                    params["share"] = even.choice(owners)
                elif own[1]:
                    weights[name] = own
                shapes[name] = shape
                nodes.append(Node(name, kind.id, params))
                edges += [Edge(source, name, port) for port, source in enumerate(sources)]
                break
    read = {edge.source for edge in edges}
    for name in names:  # an input that nothing reads is no input
        if name not in read:
            nodes.append(Node(f"{name}_out", "identity"))
            edges.append(Edge(name, f"{name}_out"))
            shapes[f"{name}_out"] = shapes[name]
    return Network(tuple(nodes), tuple(edges)) if several else _joined(nodes, edges, shapes)


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
    """A random network with random weights, ``batch`` examples, and costs and an optimizer that fit."""
    net = draw(network if network is not None else networks())
    resolved = resolve(net)
    assert resolved.problems == ()
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    costs: dict[str, CostFunction] = {}
    for end in resolved.outputs:
        net, cost = _with_cost(draw, net, resolved, end)
        costs[end if end in net.outputs else net.nodes[-1].id] = cost
    resolved = resolve(net)
    costs = {end: costs[end] for end in resolved.outputs}
    optimizer = draw(st.sampled_from(OPTIMIZERS))
    own = draw(values(optimizer.params)) | {"lr": draw(st.floats(1e-3, 0.5))}
    targets = [_targets(numbers, cost, resolved.layers[end].shape or (), batch) for end, cost in costs.items()]
    outputs = _outputs(draw, costs, targets) if len(costs) > 1 else {}
    wanted = targets[0] if len(costs) == 1 else np.concatenate([rows.reshape(batch, -1) for rows in targets], 1)
    values_ = {"cost": next(iter(costs.values())).id, "optimizer": optimizer.id, "batch_size": batch}
    return Project(
        network=net,
        weights={
            name: np.abs(drawn) if name.endswith("running_var") else drawn
            for name, shape in resolved.weight_shapes.items()
            for drawn in [numbers.normal(0.0, 0.7, shape)]
        },
        data=Data("inline", {"inputs": _inputs(draw, numbers, net, batch).tolist(), "targets": wanted.tolist()}),
        settings=Settings(values_, own, outputs),
    )


def _with_cost(draw: st.DrawFn, net: Network, resolved: Resolved, end: str) -> tuple[Network, CostFunction]:
    """A cost for an output, and the network with the ending that it needs."""
    output = resolved.layers[end].shape
    assert output is not None
    # The exponential cost of many outputs, or of large ones, has gradients whose rounding is felt everywhere.
    few = math.prod(output) <= 2
    fitting = [cost for cost in COSTS if cost.problem(output) is None and (few or cost.id != "exponential")]
    assume(fitting)
    cost = draw(st.sampled_from(fitting))
    if cost.probabilities:
        return append(net, end, "softmax" if cost.classes else "sigmoid"), cost
    return (append(net, end, "tanh") if cost.id == "exponential" else net), cost


def _outputs(draw: st.DrawFn, costs: dict[str, CostFunction], targets: list[np.ndarray]) -> dict[str, OutputSettings]:
    """The settings of several outputs, whose targets lie one after the other: all auto, or as ranges."""
    ends = np.cumsum([rows[0].size for rows in targets]).tolist()
    ranges = zip([0, *ends], ends, strict=False)
    auto = draw(st.booleans())
    weight = st.sampled_from((1.0, 2.0)) | st.floats(0.0, 3.0)
    weights = draw(st.lists(weight, min_size=len(costs), max_size=len(costs)))
    return {
        end: OutputSettings(costs[end].id, weight, "auto" if auto else place)
        for end, weight, place in zip(costs, weights, ranges, strict=True)
    }


def _inputs(draw: st.DrawFn, numbers: np.random.Generator, net: Network, batch: int) -> np.ndarray:
    """Examples for the one input in its shape, for several one after the other, or the same for all of one size."""
    shapes = [node.params["shape"] for node in net.nodes if node.kind == "input"]
    sizes = [math.prod(shape) for shape in shapes]
    whole = len(set(sizes)) == 1 and draw(st.booleans())
    shape = shapes[0] if len(shapes) == 1 or whole else (sum(sizes),)
    return np.round(numbers.normal(size=(batch, *shape)), 2)


def _targets(numbers: np.random.Generator, cost: CostFunction, shape: Shape, batch: int) -> np.ndarray:
    """Targets of the output's shape: probabilities or shares of classes where the cost wants them."""
    targets = numbers.uniform(-1.0, 1.0, (batch, *shape))
    if cost.classes:
        return np.abs(targets) / np.abs(targets).sum(1, keepdims=True)
    return np.abs(targets) if cost.probabilities else targets
