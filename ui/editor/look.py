"""What a node and a wire show: plain values derived from the project, drawn by the items and compared by the scene."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.kind import show_shape
from explorer.layers import kind_of
from explorer.memory import show_bytes
from explorer.network import Edge, Network, Position, port_count, ports_of
from explorer.project.check import number_bytes
from explorer.project.model import Project
from explorer.resolve import Layer, Resolved
from explorer.tally import tally

BINS = 16
LEAST_COUNTED, MOST_COUNTED = 4, 100_000
"""How many numbers a layer puts out at least and at most for its histogram to be drawn."""

State = Literal["fine", "problem", "waiting"]


@dataclass(frozen=True)
class NodeLook:
    """Everything that is drawn of one node, beside where it lies and whether it is selected."""

    id: str
    title: str
    icon: str
    shape: str
    caption: str
    count: str
    state: State
    ports: int
    port_names: tuple[str, ...]
    """What the inputs of a subnetwork are called, if it has several; written beside them."""
    stack: bool
    """Whether it is drawn as a stack: there is a network inside."""
    kind: str
    params: tuple[tuple[str, Any], ...]
    curve: bool
    muted: bool = False
    weights: Any = field(default=None, compare=False)
    """The array of the first weight, if the project has it; compared by its identity."""
    weights_id: int = 0
    values: Any = field(default=None, compare=False)
    """The pictures (channels, height, width) that came out for one example, if they are known; compared by identity."""
    values_id: int = 0
    histogram: tuple[int, ...] = ()
    """How many of the numbers that came out lie in each of BINS equal intervals, if these are no pictures."""

    @property
    def words(self) -> tuple[str, ...]:
        """All that it says, whole, for where it is cut on the node."""
        ports = f"inputs {', '.join(self.port_names)}" if self.port_names else ""
        return (self.id, self.title, self.shape, self.caption, self.count, ports)


@dataclass(frozen=True)
class WireLook:
    """Everything that is drawn of one wire, beside its way."""

    edge: Edge
    label: str
    state: State
    via: tuple[Position, ...] = ()


def plain_look(look: NodeLook) -> NodeLook:
    """The look without any thumbnail."""
    return replace(look, curve=False, weights=None, weights_id=0, values=None, values_id=0, histogram=())


def has_histogram(layer: Layer) -> bool:
    """Whether a histogram of what comes out of a layer says something: several numbers, and no weights to show."""
    size = math.prod(layer.shape or ())
    several = LEAST_COUNTED <= size <= MOST_COUNTED and bool(layer.kind.ports)
    return several and not layer.weights and not layer.kind.rearranges


def _histogram(array: NDArray[np.floating[Any]]) -> tuple[int, ...]:
    finite = array[np.isfinite(array)]
    return tuple(np.histogram(finite, BINS)[0].tolist()) if finite.size else ()


def is_picture(shape: tuple[int, ...] | None) -> bool:
    """Whether numbers of this shape, channels×height×width, can be seen as pictures."""
    return shape is not None and len(shape) == 3 and min(shape[1:]) > 1


def with_values(look: NodeLook, layer: Layer, array: NDArray[np.floating[Any]]) -> NodeLook:
    """The look with what came out for one example, if that says something."""
    if look.muted or array.shape != layer.shape:
        return look
    if is_picture(array.shape) and not look.curve:
        return replace(look, values=array, values_id=id(array))
    return replace(look, histogram=_histogram(array)) if has_histogram(layer) else look


def wire_look(edge: Edge, resolved: Resolved, nodes: Mapping[str, NodeLook]) -> WireLook | None:
    """The look of a wire; None if it does not run between two nodes that exist."""
    target = nodes.get(edge.target)
    if edge.source not in nodes or target is None or edge.port >= target.ports:
        return None
    shape = resolved.layers[edge.source].shape
    # The target has a problem with what came in.
    refuses = target.state == "problem" and resolved.layers[edge.target].shape is None
    state: State = "waiting" if shape is None else "problem" if refuses else "fine"
    return WireLook(edge, show_shape(shape), state, edge.via)


def counts_text(network: Network, resolved: Resolved) -> str:
    """``9 nodes · 9 edges · 9,568 parameters``; ``so far`` while some shapes are not known."""
    nodes, edges = len(network.nodes), len(network.edges)
    unknown = tally(resolved.every).unknown
    parts = (plural(nodes, "node"), plural(edges, "edge"), plural(resolved.parameters, "parameter"))
    return " · ".join(parts) + (" so far" if unknown else "")


def cost_text(project: Project, layer: Layer) -> str:
    """``2.0 kB of values, 4,608 MAC per example``: memory and multiply-adds; empty where the shape is not known."""
    if layer.shape is None:
        return ""
    return f"{show_bytes(number_bytes(project) * layer.values)} of values, {layer.operations:,} MAC per example"


def plural(count: int, noun: str) -> str:
    """``1 node``, ``1,200 nodes``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shape_text(layer: Layer, arrow: bool = True) -> str:
    """``1×8×8 → 32×8×8``, or ``→ same``; only what comes out for kinds that keep or join shapes."""
    out = show_shape(layer.shape)
    kind = layer.kind
    joined = (len(layer.inputs) if kind.expands else len(kind.ports) - kind.optional_ports) != 1
    if (joined or layer.kind.elementwise) and layer.shape is not None:
        return out
    if not layer.kind.ports:
        return out
    came = show_shape(layer.inputs[0] if layer.inputs else None)
    if layer.shape is not None and layer.shape == layer.inputs[0]:
        out = "same"
    return f"{came} → {out}" if arrow else f"→ {out}"


def node_look(project: Project, layer: Layer, broken: Container[str], blame: Mapping[str, str]) -> NodeLook:
    """The look of a node: ``broken`` are those with a problem, ``blame`` tells for which of them another one waits."""
    state: State = "problem" if layer.id in broken else "waiting" if layer.shape is None else "fine"
    caption = (
        f"waits for {blame[layer.id]}" if state == "waiting" and layer.id in blame else _caption(layer, project.network)
    )
    muted = project.network.node(layer.id).muted
    weights = project.weights.get(f"{layer.id}.{next(iter(layer.weights))}") if layer.weights else None
    names = ports_of(project.network, project.network.node(layer.id)) if layer.kind.expands else ()
    return NodeLook(
        id=layer.id,
        title=layer.kind.title,
        icon=icon_name(layer.kind.icon),
        shape=f"{show_shape(layer.shape)} · muted" if muted else shape_text(layer),
        caption="" if muted else caption,
        count="" if muted else _count(layer),
        state=state,
        ports=port_count(project.network, layer.id),
        port_names=names if len(names) > 1 else (),
        stack=layer.kind.expands,
        kind=layer.kind.id,
        params=tuple(sorted(layer.params.items())) if layer.kind.elementwise else (),
        curve=layer.kind.elementwise and state == "fine" and not muted,
        muted=muted,
        weights=weights,
        weights_id=0 if weights is None else id(weights),
    )


def _count(layer: Layer) -> str:
    """``4,160 parameters``, ``4,160 frozen`` (a node has no room for more) or ``weights of h``."""
    if layer.owner:
        return f"weights of {layer.owner}"
    if layer.frozen and layer.parameters:
        return f"{layer.parameters:,} frozen"
    return plural(layer.parameters, "parameter") if layer.parameters else ""


def icon_name(icon: str) -> str:
    """The name within the icon set: kinds write ``mdi6.grid``, the theme ``grid``."""
    return icon.rpartition(".")[2]


def _caption(layer: Layer, network: Network) -> str:
    if layer.kind.expands:
        return _inside(layer, network)
    try:
        return layer.kind.caption(layer.params)
    except (KeyError, TypeError, ValueError):  # the params are refused; the problem's sentence says why
        return ""


def _inside(layer: Layer, network: Network) -> str:
    """The template's name, or ``4 layers inside`` where the node is called so too."""
    name = layer.params["template"]
    if name not in network.templates:
        return name
    count = plural(sum(bool(kind_of(node.kind).ports) for node in network.templates[name].nodes), "layer")
    return f"{count} inside" if name == layer.id else str(name)


def blame_of(resolved: Resolved, broken: Container[str]) -> dict[str, str]:
    """For each node whose shape is not known: the node with a problem that it waits for."""
    blame: dict[str, str] = {}
    if not tally(resolved.every).unknown:
        return blame
    for layer in [layer for layer in resolved.every if layer.shape is None]:
        name = layer.id
        if name in broken:
            blame[name] = name
            continue
        found = next((blame[source] for source in layer.sources if source in blame), None)
        if found:
            blame[name] = found
    return blame
