"""Whether two projects have the same iterations, so that a trace of the one is a trace of the other."""

from __future__ import annotations

from explorer.expand import expand
from explorer.project.model import Project


def same_numbers(before: Project, after: Project) -> bool:
    """Whether two projects have the same steps and numbers: names, notes and positions may differ."""
    if before.weights.keys() != after.weights.keys():
        return False
    if any(before.weights[name] is not after.weights[name] for name in after.weights):
        return False
    if before.data != after.data or before.settings != after.settings:
        return False
    if before.textbook != after.textbook:
        return False
    flat = [expand(project.network).network for project in (before, after)]
    parts = [[(node.id, node.kind, node.params) for node in network.nodes] for network in flat]
    return parts[0] == parts[1] and flat[0].edges == flat[1].edges
