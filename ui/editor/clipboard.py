"""Layers on the clipboard: a project file with a network alone, so that copying and opening share every check."""

from __future__ import annotations

from collections.abc import Collection

from explorer.network import Network
from explorer.project.errors import ProjectError
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Project

MIME = "application/x-nn-explorer-layers+json"
LARGEST = 4_000_000
"""Characters that are read; a network of 10,000 layers takes about half of it."""


class ClipboardError(ValueError):
    """What lies on the clipboard cannot be pasted; its text is one sentence for a person."""


def to_text(network: Network, node_ids: Collection[str]) -> str:
    """The chosen nodes, and the wires between them, as JSON."""
    nodes = tuple(node for node in network.nodes if node.id in node_ids)
    edges = tuple(edge for edge in network.edges if edge.source in node_ids and edge.target in node_ids)
    return dumps_project(Project(name="layers", network=Network(nodes, edges)), ".json").decode()


def from_text(text: str) -> Network:
    """The network in JSON that was copied here, or is a project file's; raises ClipboardError for anything else."""
    if not text.lstrip().startswith("{"):
        raise ClipboardError("There are no layers on the clipboard.")
    if len(text) > LARGEST:
        raise ClipboardError("What is on the clipboard is too large to be layers.")
    try:
        network = loads_project(text).network
    except ProjectError as error:
        raise ClipboardError(f"What is on the clipboard cannot be pasted: {error}") from error
    if not network.nodes:
        raise ClipboardError("There are no layers on the clipboard.")
    return network
