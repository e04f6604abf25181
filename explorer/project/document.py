"""From project.json's content to a Project, and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.array_params import RowsParam
from explorer.costs import COSTS
from explorer.data import SOURCES, source_of
from explorer.optimizers import OPTIMIZERS
from explorer.output_settings import OutputSettings, read_output
from explorer.params import ParamError
from explorer.project.errors import ProjectError
from explorer.project.model import Data, Printed, Project, Weights
from explorer.project.network_document import LONGEST_KEY, network_document, read_network, read_params, require_known
from explorer.project.schema import FORMAT, VERSION, DataFile, ProjectFile, read_envelope, within
from explorer.settings import SETTINGS, Settings

WEIGHT_NAME = re.compile(r"[^\W\d][\w/-]{0,511}\.[A-Za-z_]\w{0,63}(\.[A-Za-z_]\w{0,63})?")
"""A layer's name, which may lie deep in subnetworks, and the weight's."""
MOST_WEIGHTS = 100_000
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
        read_network(file.network),
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
    document["network"] = network_document(project.network)
    if with_weights and project.weights:
        document["weights"] = {name: _list(name, array) for name, array in project.weights.items()}
    document["data"] = {"source": project.data.source, "params": dict(project.data.params)}
    if project.data.split is not None:
        document["data"]["split"] = list(project.data.split)
    settings = project.settings
    document["training"] = {**settings.values, "optimizer_params": dict(settings.optimizer_params)}
    if settings.outputs:
        document["training"]["outputs"] = {name: chosen.document for name, chosen in settings.outputs.items()}
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


def _data(file: DataFile) -> Data:
    require_known(file.source, [source.id for source in SOURCES], "data.source")
    params = read_params(source_of(file.source).params, file.params, "data.params")
    if file.split is None:
        return Data(file.source, params)
    training, validation, test = file.split
    if not math.isclose(training + validation + test, 1.0, abs_tol=1e-6) or training == 0:
        raise ProjectError("data.split must be the shares for training (above 0), validation and test, adding up to 1.")
    return Data(file.source, params, (training, validation, test))


def _settings(file: ProjectFile) -> Settings:
    values = dict(file.training)
    own, outputs = values.pop("optimizer_params", {}), _outputs(values.pop("outputs", {}))
    if not isinstance(own, dict):
        raise ProjectError("training.optimizer_params must be an object {...}.")
    theirs = {param.name for optimizer in OPTIMIZERS for param in optimizer.params}
    for name in values:
        if name in theirs:
            raise ProjectError(f"training: {name} is the optimizer's own; put it into optimizer_params.")
        require_known(name, [param.name for param in SETTINGS], "training")
    if isinstance(values.get("cost"), str):
        require_known(values["cost"], [cost.id for cost in COSTS], "training.cost")
    if isinstance(values.get("optimizer"), str):
        require_known(values["optimizer"], [optimizer.id for optimizer in OPTIMIZERS], "training.optimizer")
    try:
        place = "training"
        Settings(values)
        place = "training.optimizer_params"
        return Settings(values, own, outputs)
    except ParamError as error:
        raise ProjectError(within(place, str(error))) from None


def _outputs(given: Any) -> dict[str, OutputSettings]:
    """The settings of single outputs; raises ProjectError."""
    if not isinstance(given, dict) or not all(isinstance(chosen, dict) for chosen in given.values()):
        raise ProjectError(
            'training.outputs must be an object of objects, such as {"y": {"cost": "mse", "weight": 0.5}}.'
        )
    outputs = {}
    for name, chosen in given.items():
        try:
            outputs[name] = read_output(chosen)
        except ParamError as error:
            raise ProjectError(within(f"training.outputs.{name[:LONGEST_KEY]}", str(error))) from None
    return outputs


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


def _printed_document(row: Printed) -> dict[str, Any]:
    document: dict[str, Any] = {"quantity": row.quantity, "text": row.text}
    if row.note:
        document["note"] = row.note
    return document | ({"slip": True} if row.slip else {})
