"""From project.json's content to a Project, and back."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import RowsParam
from explorer.costs import COSTS
from explorer.data import SOURCES, source_of
from explorer.layers import KIND_IDS, kind_of
from explorer.network import NODE_ID, NODE_ID_RULE, Edge, Network, Node
from explorer.optimizers import OPTIMIZERS
from explorer.params import Param, ParamError, unknown_key
from explorer.project.errors import ProjectError
from explorer.project.model import Data, Printed, Project, Weights
from explorer.project.schema import (
    FORMAT,
    MOST_EDGES,
    VERSION,
    DataFile,
    NetworkFile,
    ProjectFile,
    read_envelope,
    within,
)
from explorer.settings import SETTINGS, Settings

WEIGHT_NAME = re.compile(NODE_ID.pattern + r"\.[A-Za-z_]\w{0,63}")
MOST_WEIGHTS = 100_000
LONGEST_KEY = 100
"""Characters of a key that a message compares with those that are known."""
_NUMBERS = RowsParam("weights", None, "Weights", maximum=2**31)


def to_project(document: Any, weights: Weights | None = None) -> Project:
    """The project of a JSON value, with ``weights`` from elsewhere or inline; raises ProjectError with a sentence.

    Layer params that are known but out of range stay as they are: ``resolve`` tells them with their layer.
    """
    file = read_envelope(document)
    if weights is not None and file.weights:
        raise ProjectError("weights are given twice, in project.json and in weights.safetensors; take one out.")
    return Project(
        file.name,
        _network(file.network),
        check_weights(_inline(file.weights) if weights is None else weights),
        _data(file.data),
        _settings(file),
        file.description,
        tuple(Printed(row.quantity, row.text, row.note, row.slip) for row in file.textbook),
    )


def to_document(project: Project, with_weights: bool) -> dict[str, Any]:
    """The JSON value of a project; raises ProjectError for inline weights that are not finite."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION, "name": project.name}
    if project.description:
        document["description"] = project.description
    edges = [[edge.source, edge.target, *([edge.port] if edge.port else [])] for edge in project.network.edges]
    document["network"] = {"nodes": [_node_document(node) for node in project.network.nodes], "edges": edges}
    if with_weights and project.weights:
        document["weights"] = {name: _list(name, array) for name, array in project.weights.items()}
    document["data"] = {"source": project.data.source, "params": dict(project.data.params)}
    if project.data.split is not None:
        document["data"]["split"] = list(project.data.split)
    settings = project.settings
    document["training"] = {**settings.values, "optimizer_params": dict(settings.optimizer_params)}
    if project.textbook:
        document["textbook"] = [_printed_document(row) for row in project.textbook]
    return document


def check_weights(weights: Weights) -> Weights:
    """The weights, if their names can be; raises ProjectError."""
    if len(weights) > MOST_WEIGHTS:
        raise ProjectError(f"it has {len(weights):,} arrays of weights, and at most {MOST_WEIGHTS:,} are allowed.")
    for name in weights:
        if not WEIGHT_NAME.fullmatch(name):
            raise ProjectError(f"weights: a name is a layer, point and part, such as h.weight; {name[:60]!a} is not.")
    return weights


def _network(file: NetworkFile) -> Network:
    nodes: list[Node] = []
    for place, given in enumerate(file.nodes):
        where = f"network.nodes[{place}]"
        if not NODE_ID.fullmatch(given.id):
            raise ProjectError(f"{where}.id: a layer's name is {NODE_ID_RULE}; {given.id[:70]!a} is not.")
        _known(given.kind, KIND_IDS, f"{where}.kind")
        params = _params(kind_of(given.kind).params, given.params, f"{where}.params")
        position = (given.position[0], given.position[1]) if given.position else None
        nodes.append(Node(given.id, given.kind, params, position, given.colour, given.note))
    name, count = Counter(node.id for node in nodes).most_common(1)[0] if nodes else ("", 0)
    if count > 1:
        raise ProjectError(f"network.nodes: {name} is the name of {count} layers; rename all but one.")
    return Network(tuple(nodes), tuple(_edge(edge, place) for place, edge in enumerate(file.edges)))


def _edge(given: list[Any], place: int) -> Edge:
    ends, port = given[:2], given[2] if len(given) == 3 else 0
    texts = len(ends) == 2 and all(isinstance(end, str) and NODE_ID.fullmatch(end) for end in ends)
    whole = isinstance(port, int) and not isinstance(port, bool) and 0 <= port < MOST_EDGES
    if not texts or not whole or len(given) > 3:
        raise ProjectError(
            f"network.edges[{place}] must be [from, to] or [from, to, input port]: two names of layers, "
            "and a whole number of 0 or more."
        )
    return Edge(ends[0], ends[1], port)


def _data(file: DataFile) -> Data:
    _known(file.source, [source.id for source in SOURCES], "data.source")
    params = _params(source_of(file.source).params, file.params, "data.params")
    if file.split is None:
        return Data(file.source, params)
    training, validation, test = file.split
    if not math.isclose(training + validation + test, 1.0, abs_tol=1e-6) or training == 0:
        raise ProjectError("data.split must be the shares for training (above 0), validation and test, adding up to 1.")
    return Data(file.source, params, (training, validation, test))


def _settings(file: ProjectFile) -> Settings:
    values = dict(file.training)
    own = values.pop("optimizer_params", {})
    if not isinstance(own, dict):
        raise ProjectError("training.optimizer_params must be an object {...}.")
    theirs = {param.name for optimizer in OPTIMIZERS for param in optimizer.params}
    for name in values:
        if name in theirs:
            raise ProjectError(f"training: {name} is the optimizer's own; put it into optimizer_params.")
        _known(name, [param.name for param in SETTINGS], "training")
    if isinstance(values.get("cost"), str):
        _known(values["cost"], [cost.id for cost in COSTS], "training.cost")
    if isinstance(values.get("optimizer"), str):
        _known(values["optimizer"], [optimizer.id for optimizer in OPTIMIZERS], "training.optimizer")
    try:
        place = "training"
        Settings(values)
        place = "training.optimizer_params"
        return Settings(values, own)
    except ParamError as error:
        raise ProjectError(within(place, str(error))) from None


def _params(params: Sequence[Param], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The given values in their canonical form; one that does not fit stays as it is."""
    known = {param.name: param for param in params}
    found = {}
    for name, value in given.items():
        _known(name, known, where)
        try:
            found[name] = known[name].check(value)
        except ParamError:
            found[name] = value
    return found


def _known(name: str, known: Any, where: str) -> None:
    """Raise ProjectError with the nearest name unless ``name`` is known."""
    if name not in known:
        raise ProjectError(within(where, unknown_key(name[:LONGEST_KEY], known)))


def _inline(weights: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Nested lists as float64 arrays; raises ProjectError."""
    found = {}
    for name, rows in weights.items():
        try:
            found[name] = np.array(_NUMBERS.check(rows), dtype=np.float64)
        except (ParamError, ValueError):  # numpy takes up to 64 dimensions
            message = f"weights: {name[:70]!a} must be nested lists of finite numbers, all of one length."
            raise ProjectError(message) from None
    return found


def _list(name: str, array: NDArray[np.floating[Any]]) -> list[Any]:
    if not np.all(np.isfinite(array)):
        raise ProjectError(f"the weights {name} are not all finite, which JSON cannot hold: save it as .nnx.")
    return list(array.tolist())


def _node_document(node: Node) -> dict[str, Any]:
    """A node with the keys that it needs."""
    optional: tuple[tuple[str, Any, Callable[[Any], Any]], ...] = (
        ("params", node.params, dict),
        ("position", node.position, list),
        ("colour", node.colour, str),
        ("note", node.note, str),
    )
    return {"id": node.id, "kind": node.kind} | {key: form(value) for key, value, form in optional if value}


def _printed_document(row: Printed) -> dict[str, Any]:
    document: dict[str, Any] = {"quantity": row.quantity, "text": row.text}
    if row.note:
        document["note"] = row.note
    return document | ({"slip": True} if row.slip else {})
