"""unroll: a recurrent layer becomes one layer per time step, all with the weights of the first; a pure edit."""

from __future__ import annotations

from dataclasses import replace

from explorer.annotate import frame_nodes
from explorer.layers import kind_of
from explorer.names import free_name
from explorer.network import Edge, Network, NetworkError, Node, Position, move, reached
from explorer.recurrent import Recurrent
from explorer.weight_params import WEIGHT_PARAMS

MOST_STEPS = 100
"""More time steps than this would be more layers than a person can look at."""
ACROSS, DOWN = 208.0, 160.0
"""How far apart the layers are put, in the editor's pixels."""


def can_unroll(node: Node) -> bool:
    """Whether a node stands for a layer that goes through time."""
    return isinstance(kind_of(node.kind), Recurrent)


def unroll(network: Network, node_id: str, steps: int) -> Network:
    """With a recurrent layer over ``steps`` time steps replaced by one layer per step; the network computes the same.

    The first step's layer keeps the name, and with it the weights; the others share them. Each is fed one time step
    by a slice, and what the step before leaves through the port "state". Layers that read the layer read the last
    step, or for a whole sequence all steps put together. Raises NetworkError.
    """
    node = network.node(node_id)
    _check(network, node, steps)
    work = _Unrolling(network, node, steps)
    work.run()
    fresh = [made.id for made in work.nodes]
    nodes = tuple(one for old in network.nodes for one in (work.nodes if old.id == node_id else (old,)))
    edges = tuple(
        replace(edge, source=work.end) if edge.source == node_id else edge
        for edge in network.edges
        if edge.target != node_id
    )
    after = replace(network, nodes=nodes, edges=(*edges, *work.edges))
    columns = steps + (1 if work.whole else 0)
    after = _make_room(after, network, node, columns * ACROSS)
    return frame_nodes(after, fresh, f"{node_id} over time")[0]


class _Unrolling:
    """Gathers the layers and wires of the time steps; ``end`` is the layer that puts out what the one layer did."""

    def __init__(self, network: Network, node: Node, steps: int) -> None:
        self.node, self.steps = node, steps
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.end = ""
        self._taken = set(network.by_id)
        self.whole = bool(node.params.get("sequence"))
        self._fed = {edge.port: edge.source for edge in network.incoming[node.id]}

    def run(self) -> None:
        """All time steps, and what puts their outputs together."""
        before, outputs = self._fed.get(1), list[str]()
        for step in range(self.steps):
            part = self._add(f"{self.node.id}_x{step + 1}", "slice", {"start": step, "stop": step + 1}, (step, 1))
            self.edges.append(Edge(self._fed[0], part))
            name = self._step(step)
            self.edges.append(Edge(part, name))
            if before is not None:
                self.edges.append(Edge(before, name, 1))
            before = name
            outputs.append(self._outputs(step, name) if self.whole else name)
        self.end = outputs[-1]
        if self.whole:
            self.end = self._add(f"{self.node.id}_all", "concat", {"axis": 0}, (self.steps + 1, 0))
            self.edges += [Edge(output, self.end, port) for port, output in enumerate(outputs)]

    def _step(self, step: int) -> str:
        """The layer of one time step; all but the last put out everything that the next one needs."""
        kind = kind_of(self.node.kind)
        params = dict(self.node.params)
        if step + 1 < self.steps and isinstance(kind, Recurrent):
            params |= dict(kind.hands_on)
        at = (step + 1, 0)
        if step == 0:
            self.nodes.append(replace(self.node, params=params, position=self._place(at)))
            return self.node.id
        own = {param.name for param in kind.params if param not in WEIGHT_PARAMS}
        params = {name: value for name, value in params.items() if name in own}
        params["share"] = self.node.params.get("share") or self.node.id
        return self._add(f"{self.node.id}_{step + 1}", self.node.kind, params, at)

    def _outputs(self, step: int, name: str) -> str:
        """What a step adds to the whole sequence: without what is there for the next step alone."""
        kind = kind_of(self.node.kind)
        if step + 1 == self.steps or not (isinstance(kind, Recurrent) and kind.hands_on):
            return name
        units = self.node.params.get("units", next(p.default for p in kind.params if p.name == "units"))
        output = self._add(f"{self.node.id}_h{step + 1}", "slice", {"axis": 1, "stop": units}, (step + 2, -1))
        self.edges.append(Edge(name, output))
        return output

    def _add(self, wish: str, kind: str, params: dict[str, object], at: tuple[int, int]) -> str:
        name = free_name(self._taken, wish)
        self._taken.add(name)
        defaults = {param.name: param.default for param in kind_of(kind).params}
        own = {name: value for name, value in params.items() if value != defaults.get(name)}
        colour = self.node.colour if kind == self.node.kind else ""
        self.nodes.append(Node(name, kind, own, self._place(at), colour))
        return name

    def _place(self, at: tuple[int, int]) -> Position | None:
        """Where the layer in a column and row goes; None if the network has no places."""
        if self.node.position is None:
            return None
        x, y = self.node.position
        return x + at[0] * ACROSS, y + at[1] * DOWN


def _check(network: Network, node: Node, steps: int) -> None:
    """Raise NetworkError if a layer cannot be unrolled."""
    if not can_unroll(node):
        raise NetworkError(f"{node.id} does not go through time: only recurrent layers can be unrolled.")
    if not any(edge.port == 0 for edge in network.incoming[node.id]):
        raise NetworkError(f"{node.id} has no input yet: wire a sequence into it, then unroll it.")
    if steps < 2:
        raise NetworkError(f"{node.id} has one time step: there is nothing to unroll.")
    if steps > MOST_STEPS:
        raise NetworkError(f"{node.id} has {steps} time steps: at most {MOST_STEPS} can be unrolled.")


def _make_room(after: Network, before: Network, node: Node, width: float) -> Network:
    """With what lies behind the layer moved to the right, as far as the time steps reach."""
    if node.position is None:
        return after
    behind = reached(before, node.id) - {node.id}
    places = {name: after.node(name).position for name in behind}
    return move(after, {name: (at[0] + width, at[1]) for name, at in places.items() if at is not None})
