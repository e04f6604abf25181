"""resolve: from a network to its order, shapes, parameter counts and problems; a pure function."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import compress
from operator import not_
from typing import Any

from explorer.again import Known, Latest
from explorer.expand import Expanded, expand
from explorer.identity import ByIdentity
from explorer.kind import Fix, LayerKind, Shape, ShapeProblem, Want, show_shape
from explorer.layers import KINDS, kind_of
from explorer.memory import show_bytes
from explorer.network import Edge, Network, Node
from explorer.params import check_params
from explorer.tally import Tally, tally
from explorer.wants import fixes_for
from explorer.wiring import missing_port, topological, wiring_problems

BYTES_PER_NUMBER = 4
LARGEST_BYTES = 1 << 62
REMEMBERED = 8
_WITHOUT_PORTS = frozenset(kind.id for kind in KINDS if not kind.ports)
"""Networks whose resolution is kept: an edit asks for that of one network several times, an undo for an earlier one."""


@dataclass(frozen=True)
class Problem:
    """What keeps a network from running: a sentence that names the node, and fixes that one click applies.

    A problem of no node may be one ``of_data``: another choice of data mends it.
    """

    node: str | None
    message: str
    fixes: tuple[Fix, ...] = ()
    wants: tuple[Want, ...] = ()
    of_data: bool = False


@dataclass(frozen=True)
class Layer:
    """What is known of one node: its checked params, the nodes and shapes that come in, the shape that goes out.

    ``shape`` is None while a problem, here or before, keeps it unknown.
    """

    id: str
    kind: LayerKind
    params: Mapping[str, Any]
    sources: tuple[str, ...]
    inputs: tuple[Shape | None, ...]
    shape: Shape | None
    weights: Mapping[str, Shape]
    buffers: Mapping[str, Shape] = field(default_factory=dict)
    owner: str = ""
    """The layer whose weights this one shares; ``weights`` is then empty. "" if it shares none."""
    operations: int = 0
    """Multiplications and additions for one example, each pair as one."""
    inside: tuple[Layer, ...] = ()
    """The layers of a subnetwork."""

    @property
    def has_units(self) -> bool:
        """Whether it puts out a list of units, to each of which a weight leads from every input."""
        return self.kind.fully_connected and self.shape is not None and len(self.shape) == 1

    @cached_property
    def parameters(self) -> int:
        """How many numbers its weights are; none, if it shares another's."""
        return self._own + sum(layer.parameters for layer in self.inside) if self.inside else self._own

    @cached_property
    def values(self) -> int:
        """How many numbers it puts out for one example; of a subnetwork, all that its layers put out."""
        return sum(layer.values for layer in self.inside) if self.inside else math.prod(self.shape or (0,))

    @cached_property
    def wish(self) -> str:
        """The layer whose weights it is set to share; empty if it has weights of its own."""
        return str(self.params.get("share", ""))

    @cached_property
    def frozen(self) -> bool:
        """Whether training keeps its weights as they are."""
        return bool(self.params.get("freeze"))

    @cached_property
    def trainable(self) -> int:
        """How many of its parameters training changes."""
        own = 0 if self.frozen else self._own
        return own + sum(layer.trainable for layer in self.inside) if self.inside else own

    @cached_property
    def _own(self) -> int:
        return sum(math.prod(shape) for shape in self.weights.values())


@dataclass(frozen=True)
class Resolved:
    """Everything that follows from a network alone. ``order`` is topological; a node on a cycle is not in it.

    ``network`` is the network as it runs: subnetworks are replaced by their layers, muted layers left out. ``layers``
    has those too, for the editor to show, and ``stands_for`` whose output they pass on.
    """

    network: Network
    order: tuple[str, ...]
    layers: Mapping[str, Layer]
    problems: tuple[Problem, ...]
    stands_for: Mapping[str, str] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()

    @cached_property
    def every(self) -> tuple[Layer, ...]:
        """All layers, those that run and those that are only shown."""
        return tuple(self.layers.values())

    @cached_property
    def sums(self) -> Tally:
        """What the layers that run come to."""
        return tally(self.every if len(self.layers) == len(self.network.nodes) else self.running)

    @property
    def parameters(self) -> int:
        """How many numbers the weights of the network are, as far as its shapes are known."""
        return self.sums.parameters

    @property
    def trainable(self) -> int:
        """How many of them training changes."""
        return self.sums.trainable

    @cached_property
    def running(self) -> tuple[Layer, ...]:
        """The layers that run, in the order of the network, without subnetworks as wholes and muted layers."""
        return tuple([self.layers[node.id] for node in self.network.nodes])

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the input layers."""
        network = self.network
        if self.problems:  # a wire may lead into an input
            return tuple([node.id for node in network.nodes if node.kind in _WITHOUT_PORTS])
        unwired = compress(network.by_id, map(not_, map(network.incoming.__getitem__, network.by_id)))
        return tuple([name for name in unwired if network.by_id[name].kind in _WITHOUT_PORTS])

    @property
    def outputs(self) -> tuple[str, ...]:
        """The ids of the nodes that nothing reads."""
        return self.network.outputs

    @cached_property
    def weight_shapes(self) -> dict[str, Shape]:
        """The shape of every array that a project keeps of its weights, by its name such as ``h.weight``, in order."""
        names = {}
        for node, layer in self.layers.items():
            for name, shape in (*layer.weights.items(), *layer.buffers.items()):
                names[f"{node}.{name}"] = shape
        return names

    def resting(self, node: str) -> bool:
        """Whether a layer's weights are kept though it does not run now: it is muted, or its shape is not known."""
        parts = node.split("/")
        if any("/".join(parts[:count]) in self.muted for count in range(1, len(parts) + 1)):
            return True
        return node in self.layers and self.layers[node].shape is None

    def problems_of(self, node: str) -> tuple[Problem, ...]:
        """The problems of one node."""
        return tuple(problem for problem in self.problems if problem.node == node)


def resolve(network: Network, memory: int | None = None) -> Resolved:
    """Order, shapes, counts and problems. A layer whose numbers need more than ``memory`` bytes is a problem."""
    found = _resolved(ByIdentity(network), memory)
    _latest(memory).use(found.network)
    return found


@lru_cache(maxsize=REMEMBERED)
def _resolved(key: ByIdentity[Network], memory: int | None) -> Resolved:
    given = key.value
    expanded = expand(given)
    network = expanded.network
    problems = [Problem(node, sentence) for node, sentence in expanded.problems]
    known = _known_again(network, memory)
    if known is None:
        known, wiring = _known(network, memory)
        problems += wiring
    order, layers = known.order, dict(known.layers)
    for node_id, found in known.problems.items():
        problems += () if node_id in expanded.waiting else found
    problems = [
        replace(problem, fixes=(*fixes_for(layers, problem.node or "", problem.wants), *problem.fixes), wants=())
        for problem in problems
    ]
    problems += _share_weights(layers)
    if not given.nodes:
        problems.append(Problem(None, "The network is empty: add an input and a layer."))
    elif all(kind_of(node.kind).ports for node in network.nodes):
        problems.append(Problem(None, "The network has no input: add an input layer."))
    inside = _inside(expanded, layers)
    for node in expanded.passed.values():
        layers[node.id] = _passing_layer(node, expanded, layers, tuple(inside.get(node.id, ())))
    # A network of thousands of layers is edited while one of them has a problem.
    rank = {node.id: place for place, node in enumerate(given.nodes)} if len(problems) > 1 else {}
    problems.sort(key=lambda problem: rank.get((problem.node or "").split("/")[0], rank.get(problem.node or "", -1)))
    muted = frozenset(node.id for node in expanded.passed.values() if node.muted)
    return Resolved(network, order, layers, tuple(problems), expanded.stands_for, muted)


_PICTURED: Latest[Layer, Problem] = Latest(REMEMBERED)
_LATEST: Latest[Layer, Problem] = Latest(REMEMBERED)


def _latest(memory: int | None) -> Latest[Layer, Problem]:
    """The networks that became known last; those that are only drawn, in no memory, do not push out the others."""
    return _PICTURED if memory is None else _LATEST


def _known_again(network: Network, memory: int | None) -> Known[Layer, Problem] | None:
    """The layers of a network that is like one of the latest; None if it is like none of them."""

    def make(node: Node, layers: Mapping[str, Layer]) -> tuple[Layer, tuple[Problem, ...]]:
        return _layer(network, node, layers, memory)

    return _latest(memory).like(network, memory, make, topological)


def _known(network: Network, memory: int | None) -> tuple[Known[Layer, Problem], list[Problem]]:
    """The layers of any network, and what is wrong with its wires."""
    order = topological(network)
    ordered = set(order)
    looping = [node.id for node in network.nodes if node.id not in ordered]
    wiring = [Problem(node, sentence) for node, sentence in wiring_problems(network, looping)]
    layers: dict[str, Layer] = {}
    problems = {}
    for node_id in (*order, *looping):
        layers[node_id], found = _layer(network, network.by_id[node_id], layers, memory)
        if found:
            problems[node_id] = found
    known = Known(network, memory, order, layers, problems)
    if not wiring:
        _latest(memory).add(known)
    return known, wiring


def _layer(
    network: Network, node: Node, layers: Mapping[str, Layer], memory: int | None
) -> tuple[Layer, tuple[Problem, ...]]:
    """One node resolved, given those before it."""
    edges = _one_per_port(network, node, kind_of(node.kind))
    inputs = tuple(layers[edge.source].shape if edge.source in layers else None for edge in edges)
    return _wired_layer(node, edges, inputs, memory)


def _wired_layer(
    node: Node, edges: list[Edge], inputs: tuple[Shape | None, ...], memory: int | None
) -> tuple[Layer, tuple[Problem, ...]]:
    """One node resolved, given the wires into it and what comes in on them."""
    kind = kind_of(node.kind)
    params, sentences = check_params(kind.params, node.params)
    problems = [Problem(node.id, f"{node.id}: {sentence}") for sentence in sentences]
    shape: Shape | None = None
    weights: dict[str, Shape] = {}
    buffers: dict[str, Shape] = {}
    operations = 0
    missing = missing_port(kind, edges)
    if missing is not None:
        problems.append(Problem(node.id, missing.format(node=node.id)))
    elif not problems:
        known = tuple(given for given in inputs if given is not None)
        if len(known) == len(inputs):
            try:
                shape = kind.output_shape(params, known)
                weights = kind.weight_shapes(params, known)
                buffers = kind.buffer_shapes(params, known)
                operations = kind.operations(params, known, shape)
                _check_memory(shape, weights, memory)
            except ShapeProblem as problem:
                shape, weights, buffers = None, {}, {}
                problems.append(Problem(node.id, f"{node.id} {problem}", problem.fixes, problem.wants))
    sources = tuple(edge.source for edge in edges)
    layer = Layer(node.id, kind, params, sources, inputs, shape, weights, buffers, operations=operations)
    return layer, tuple(problems)


def _share_weights(layers: dict[str, Layer]) -> list[Problem]:
    """Let layers that share another's weights have none of their own; the problems of those that cannot."""
    problems: list[Problem] = []
    if not tally(tuple(layers.values())).sharing:
        return problems
    for layer in [layer for layer in layers.values() if layer.wish]:
        wish = layer.wish
        owner = _owner(layers, layer.id)
        other = layers.get(owner) if owner else None
        sentence = ""
        if other is None:
            sentence = f"{layer.id} cannot share the weights of {wish}: " + (
                "they share each other's." if wish in layers else "there is no such layer."
            )
        elif other.kind is not layer.kind:
            sentence = f"{layer.id} cannot share the weights of {owner}, which is of another kind ({other.kind.title})."
        elif layer.shape and other.shape and other.weights != layer.weights:
            needs, has = _shapes(layer), _shapes(other)
            sentence = f"{layer.id} cannot share the weights of {owner}: it needs {needs}, not {has}."
        if sentence:
            problems.append(Problem(layer.id, sentence, (Fix("Give it weights of its own", set=(("share", ""),)),)))
        elif layer.shape:
            layers[layer.id] = replace(layer, weights={}, buffers={}, owner=owner)
    return problems


def _owner(layers: Mapping[str, Layer], node: str) -> str:
    """The layer at the end of a chain of layers that share each other's weights; "" if there is none."""
    seen = set()
    while node in layers and node not in seen:
        seen.add(node)
        following = layers[node].params.get("share", "")
        if not following:
            return node
        node = following
    return ""


def _shapes(layer: Layer) -> str:
    return ", ".join(f"{name} {show_shape(shape)}" for name, shape in layer.weights.items())


def _inside(expanded: Expanded, layers: Mapping[str, Layer]) -> dict[str, list[Layer]]:
    """The layers that run in each subnetwork, deep inside too."""
    inside: dict[str, list[Layer]] = {}
    if expanded.passed:
        for name, layer in layers.items():
            end = name.rfind("/")
            while end > 0:
                if name[:end] in expanded.passed:
                    inside.setdefault(name[:end], []).append(layer)
                end = name.rfind("/", 0, end)
    return inside


def _passing_layer(node: Node, expanded: Expanded, layers: Mapping[str, Layer], own: tuple[Layer, ...]) -> Layer:
    """What the editor shows of a subnetwork, an input inside one or a muted layer."""
    kind = kind_of(node.kind)
    params, _ = check_params(kind.params, node.params)
    end = expanded.stands_for[node.id]
    wires = expanded.wires.get(node.id, ())
    sources = tuple(expanded.stands_for.get(edge.source, edge.source) for edge in wires)
    return Layer(
        node.id,
        kind,
        params,
        sources,
        tuple(layers[source].shape if source in layers else None for source in sources),
        layers[end].shape if end in layers else None,
        {},
        operations=sum(layer.operations for layer in own),
        inside=own,
    )


def _one_per_port(network: Network, node: Node, kind: LayerKind) -> list[Edge]:
    """The first good wire into each port."""
    found: dict[int, Edge] = {}
    for edge in network.incoming[node.id]:
        fits = edge.port < len(kind.ports) or kind.variadic
        if edge.source in network.by_id and edge.port >= 0 and fits:
            found.setdefault(edge.port, edge)
    return [found[port] for port in sorted(found)]


def _check_memory(shape: Shape, weights: Mapping[str, Shape], memory: int | None) -> None:
    """Raise ShapeProblem if the layer's numbers cannot fit; weights count twice, for their gradients."""
    numbers = math.prod(shape) + 2 * sum(math.prod(weight) for weight in weights.values())
    limit = LARGEST_BYTES if memory is None else memory
    if numbers * BYTES_PER_NUMBER > limit:
        need, have = show_bytes(numbers * BYTES_PER_NUMBER), show_bytes(limit)
        raise ShapeProblem(
            f"would need {need} of memory, and {have} are free; make it or its input ({show_shape(shape)} out) smaller."
        )
