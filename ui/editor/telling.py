"""Telling: a layer in words, for people who hear the canvas instead of seeing it."""

from __future__ import annotations

from explorer.network import Network
from explorer.resolve import Problem
from ui.editor.look import NodeLook

_MOST = 4
"""How many names are listed, of more their number is told."""


def name_of(look: NodeLook) -> str:
    """What a layer is called, and of what kind it is: ``h, Dense``."""
    return f"{look.id}, {look.title}"


def told(network: Network, look: NodeLook, problems: tuple[Problem, ...]) -> str:
    """Its shape and size, what it reads, what reads it, and what is wrong with it."""
    node = network.by_id[look.id]
    reads = _listed([edge.source for edge in network.incoming[look.id]])
    read_by = _listed([edge.target for edge in network.outgoing[look.id]])
    parts = [
        look.shape.replace("→", "to").replace("×", " by "),
        look.caption,
        look.count,
        "muted" if node.muted else "",
        f"reads {reads}" if reads else "nothing comes in" if look.ports else "",
        f"read by {read_by}" if read_by else "an output",
        node.note,
        *(f"Problem: {problem.message}" for problem in problems if problem.node == look.id),
    ]
    return ". ".join(part for part in parts if part)


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    if len(names) > _MOST:
        return f"{len(names)} layers"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
