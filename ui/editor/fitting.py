"""Fitting: which kinds of layers take what a wire carries, and give what its other end takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from explorer.kind import LayerKind, Shape, ShapeProblem, show_shape
from explorer.layers import KINDS
from explorer.library import Kept
from explorer.network import Edge, Network, Node, ports_of
from explorer.resolve import Layer, Resolved, resolve
from ui.editor.commands import Link
from ui.templates import Choice

_PROBES: tuple[Shape, ...] = ((8,), (4, 16, 16), (16, 8), (16,))
"""Shapes that stand for what might come into a layer that is added before another: lists, pictures, sequences."""


@dataclass(frozen=True)
class Fit:
    """How a kind fits: the shape that it would give, or why it does not, as the end of a sentence."""

    shape: Shape | None
    why_not: str = ""
    told: bool = True
    """Whether the shape follows from what is known, and not from inputs that are still to come."""

    @property
    def text(self) -> str:
        """What the list shows beside the kind."""
        return f"→ {show_shape(self.shape)}" if self.shape is not None and self.told else ""


def behind(resolved: Resolved, source: str) -> dict[str, Fit]:
    """For every kind: how it fits behind a node; empty if the node's shape is not known."""
    shape = resolved.layers[source].shape if source in resolved.layers else None
    return {} if shape is None else {kind.id: _takes(kind, shape) for kind in KINDS}


def between(resolved: Resolved, source: str, target: str, port: int) -> dict[str, Fit]:
    """For every kind: how it fits into a wire; what it gives must suit the target, unless that is broken already."""
    fits = behind(resolved, source)
    reader = resolved.layers.get(target)
    if reader is None or reader.shape is None:
        return fits
    return {name: _onward(fit, reader, port) for name, fit in fits.items()}


def before(resolved: Resolved, target: str, port: int) -> dict[str, Fit]:
    """For every kind: whether some of what it can give suits an input port."""
    reader = resolved.layers.get(target)
    if reader is None:
        return {}
    return {kind.id: _before(kind, reader, port) for kind in KINDS}


def templates_behind(
    choices: Iterable[Choice], resolved: Resolved, source: str, into: Edge | None = None
) -> dict[str, Fit]:
    """For every template: how a subnetwork of it fits behind a node, or ``into`` a wire; empty as ``behind`` is."""
    shape = resolved.layers[source].shape if source in resolved.layers else None
    if shape is None:
        return {}
    fits = {choice.id: _takes_template(choice.kept, shape) for choice in choices}
    reader = resolved.layers.get(into.target) if into else None
    if into is None or reader is None or reader.shape is None:
        return fits
    return {name: _onward(fit, reader, into.port) for name, fit in fits.items()}


def _takes_template(kept: Kept, shape: Shape) -> Fit:
    """How a template takes a shape at all of its inputs."""
    use = Node("it", "subnetwork", {"template": kept.name})
    ports = ports_of(Network(templates=kept.templates), use)
    if not ports:
        return Fit(None, "has no input: nothing can be wired into it.")
    wires = tuple(Edge("x", "it", port) for port in range(len(ports)))
    tried = resolve(Network((Node("x", "input", {"shape": shape}), use), wires, templates=kept.templates))
    if tried.problems:
        return Fit(None, f"does not take {show_shape(shape)}: {tried.problems[0].message}")
    return Fit(tried.layers["it"].shape, told=len(ports) == 1)


def fits_for(resolved: Resolved, link: Link) -> dict[str, Fit]:
    """For every kind: how it fits the end of a wire that was let go."""
    return behind(resolved, link[0]) if link[1] < 0 else before(resolved, *link)


def _onward(fit: Fit, reader: Layer, port: int) -> Fit:
    """A fit into a wire, as far as the reader takes what is given."""
    refusal = _refusal(reader, port, fit.shape) if fit.shape is not None else ""
    return Fit(None, refusal) if refusal else fit


def _before(kind: LayerKind, reader: Layer, port: int) -> Fit:
    """Whether a kind can stand before a port: something that it may give is taken there."""
    if not kind.ports:
        return Fit(None)
    given = [fit.shape for fit in (_takes(kind, probe) for probe in _PROBES) if fit.shape is not None]
    if any(not _refusal(reader, port, shape) for shape in given):
        return Fit(None)
    return Fit(None, f"gives nothing that {reader.id} takes.")


def _takes(kind: LayerKind, shape: Shape) -> Fit:
    """How a kind with its defaults takes a shape, at all the inputs that it must have."""
    if not kind.ports:
        return Fit(None, "is an input: nothing can be wired into it.")
    if kind.expands:
        return Fit(shape)  # a new one passes on what comes in
    count = max(1, len(kind.ports) - kind.optional_ports)
    try:
        given = kind.output_shape(_defaults(kind), (shape,) * count)
    except ShapeProblem as problem:
        return Fit(None, str(problem))
    return Fit(given, told=count == 1)


def _refusal(reader: Layer, port: int, shape: Shape) -> str:
    """Why a layer would not take a shape at a port; "" if it would, or if that depends on inputs not known."""
    kind = reader.kind
    inputs: tuple[Shape, ...] = (shape,)
    if len(kind.ports) > 1:
        others = [known for place, known in enumerate(reader.inputs) if place != port and known is not None]
        if not kind.variadic and len(others) + 1 < len(kind.ports):
            return ""
        inputs = (*others, shape) if others else (shape, shape)
    try:
        kind.output_shape(reader.params, inputs)
    except ShapeProblem as problem:
        return f"gives {show_shape(shape)}, but {reader.id} {problem}"
    return ""


def _defaults(kind: LayerKind) -> dict[str, Any]:
    return {param.name: param.default for param in kind.params}
