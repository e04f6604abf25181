"""The diagram of layers: one box per node, from the input down, with its shape and the range of its numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsScene

from explorer.equations import Quantity
from explorer.kind import show_shape
from explorer.printing import show_plain
from explorer.resolve import Layer
from explorer.stepping.paths import Path
from explorer.stepping.record import Record
from ui.stepper.diagram_items import BlockItem, EdgeItem, State, leading_to
from ui.stepper.session import StepSession

WIDTH, HEIGHT, PITCH, SIDE = 250.0, 62.0, 92.0, 280.0


def draw_layers(scene: QGraphicsScene, session: StepSession, path: Path | None = None) -> None:
    """All nodes of the session's network; the current step's has the accent, those that it needs its outline.

    With a ``path`` to the cost it is the layers on it that have the accent.
    """
    trace, step = session.trace, session.step
    if trace is None or step is None:
        return
    places = _places(session)
    outputs = set(trace.rules.goals)
    here = {step.quantity.node} if step.quantity.node else outputs
    if path is not None:
        here = {q.node for q in path.through}
    needed = {q.node for q in step.needs} | (outputs if step.stage == 2 else here)
    for edge in trace.rules.resolved.network.edges:
        start, end = places[edge.source], places[edge.target]
        state: State = "error" if {edge.source, edge.target} <= needed and step.stage == 3 else "idle"
        scene.addItem(EdgeItem(start + QPointF(0, HEIGHT / 2), end - QPointF(0, HEIGHT / 2), state))
    for node, at in places.items():
        layer = trace.rules.resolved.layers[node]
        current = node in here
        item = BlockItem(
            WIDTH,
            node,
            _description(trace.rules.resolved.layers[node]),
            _ranges(session, node),
            "step" if current else "error" if node in needed else "idle",
            HEIGHT,
        )
        item.setPos(at)
        first = Quantity("value", node, index=(0,) * len(layer.shape or ()), example=session.example)
        scene.addItem(leading_to(item, first, f"{node}: {layer.kind.title}"))
    scene.setSceneRect(scene.itemsBoundingRect().adjusted(-12, -12, 12, 12))


def _description(layer: Layer) -> str:
    """``Dense   2 → 2   6 parameters``."""
    shapes = " → ".join([*(show_shape(shape) for shape in layer.inputs[:1]), show_shape(layer.shape)])
    count = f"   {layer.parameters:,} parameters" if layer.parameters else ""
    return f"{layer.kind.title}   {shapes}{count}"


def _places(session: StepSession) -> dict[str, QPointF]:
    """Where the nodes are: a row per distance from the input."""
    if session.trace is None:
        return {}
    resolved = session.trace.rules.resolved
    depths: dict[str, int] = {}
    for node in resolved.order:
        depths[node] = 1 + max((depths[source] for source in resolved.layers[node].sources), default=-1)
    rows: dict[int, list[str]] = {}
    for node, depth in depths.items():
        rows.setdefault(depth, []).append(node)
    return {
        node: QPointF((place - (len(nodes) - 1) / 2) * SIDE, depth * PITCH)
        for depth, nodes in rows.items()
        for place, node in enumerate(nodes)
    }


def _range(q: Quantity, record: Record) -> str:
    array = (record.values if q.role == "value" else record.deltas)[q.node][q.example]
    return f"{show_plain(float(np.min(array)), digits=3)} … {show_plain(float(np.max(array)), digits=3)}"


def _ranges(session: StepSession, node: str) -> str:
    """``0.5841 … 0.7020``, once the values are known; the errors too, once they have come back."""
    trace = session.trace
    if trace is None:
        return ""
    layer = trace.rules.resolved.layers[node]
    last = tuple(size - 1 for size in layer.shape or ())
    found = []
    for role, mark in (("value", ""), ("delta", "δ ")):
        q = Quantity(role, node, index=last, example=session.example)
        if (role == "value" or trace.find(q) is not None) and session.computed(q):
            now = _range(q, trace.record)
            old = now if session.before is None else _range(q, session.before.trace.record)
            found.append((mark, old, now))
    if all(old == now for _, old, now in found):
        return "   ".join(f"{mark}{now}" for mark, _, now in found) or "–"
    mark, old, now = found[-1]  # while something is tried, what was computed last, before and after
    return f"{mark}{old} → {now}"
