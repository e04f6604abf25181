"""Whether the engine's project and the document's are one and the same for training; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from explorer.expand import expand
from explorer.kind import Shape
from explorer.network import Network
from explorer.project.model import Project
from explorer.settings import LIVE_SETTINGS, Settings


def what_differs(engine: Project, document: Project) -> str:
    """The first thing that keeps a run from going on with the document: network, data, settings, weights, or ""."""
    if structure(engine.network) != structure(document.network):
        return "network"
    if not same_data(engine, document):
        return "data"
    if fixed_settings(engine.settings) != fixed_settings(document.settings):
        return "settings"
    return "" if same_arrays(engine.weights, document.weights) else "weights"


def structure(network: Network) -> tuple[object, ...]:
    """What training depends on: the layers that run, with their params, and wires; not places, notes and groups."""
    flat = expand(network).network
    nodes = tuple(
        (node.id, node.kind, tuple(sorted(node.params.items(), key=lambda item: item[0]))) for node in flat.nodes
    )
    return nodes, frozenset((edge.source, edge.target, edge.port) for edge in flat.edges)


def same_data(one: Project, other: Project) -> bool:
    """Whether both train on the same examples, split alike."""
    if one.data is other.data:
        return True
    return (one.data.source, dict(one.data.params), one.data.shares) == (
        other.data.source,
        dict(other.data.params),
        other.data.shares,
    )


def fixed_settings(settings: Settings) -> dict[str, Any]:
    """The settings that a run keeps from its beginning."""
    fixed = {name: value for name, value in settings.values.items() if name not in LIVE_SETTINGS}
    return fixed | {"outputs": dict(settings.outputs)}


def live_settings(settings: Settings) -> dict[str, Any]:
    """The settings that can change between two steps."""
    live = {name: value for name, value in settings.values.items() if name in LIVE_SETTINGS}
    return {**live, **settings.optimizer_params}


def same_arrays(one: Mapping[str, NDArray[Any]], other: Mapping[str, NDArray[Any]]) -> bool:
    """Whether both hold the very same arrays: weights are replaced, never written into."""
    return one.keys() == other.keys() and all(array is other[name] for name, array in one.items())


def with_trained(
    engine: Project, document: Project, weights: Mapping[str, NDArray[Any]], shapes: Mapping[str, Shape]
) -> Project | None:
    """The document's project with those trained ``weights`` that its network, of ``shapes``, still has.

    None if there are none, or if the document's weights are no longer those that training began with.
    """
    fitting = {name: array for name, array in weights.items() if shapes.get(name) == tuple(array.shape)}
    if not fitting or what_differs(engine, document) == "weights":
        return None
    return replace(document, weights={**document.weights, **fitting})


def refusal(problems: int) -> str:
    """What keeps a run from starting, in a few words."""
    return f"Solve {problems} problem{'' if problems == 1 else 's'} to run"


def stopped(what: str) -> str:
    """Why a run was stopped: the network, data, settings or weights are others now."""
    return f"Stopped: the {what} {'was' if what == 'network' else 'were'} changed."
