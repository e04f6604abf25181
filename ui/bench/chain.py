"""The graph that editors are measured with: a chain of layers in rows, the same for every editor."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from explorer.network import Edge, Network, Node
from explorer.project.model import Data, Project

ROW = 72
PITCH = (176.0, 160.0)
WIDTH = 8
WINDOW = (1280, 800)


def places(count: int) -> list[tuple[float, float]]:
    """Where ``count`` nodes lie, in pixels of the scene."""
    return [(PITCH[0] * (number % ROW), PITCH[1] * (number // ROW)) for number in range(count)]


def chain(count: int) -> Project:
    """An input, then dense layers and ReLUs in turn, each wired to the one before; it can be trained."""
    nodes = []
    for number, place in enumerate(places(count)):
        if number == 0:
            nodes.append(Node("x", "input", {"shape": (WIDTH,)}, place))
        elif number % 2:
            nodes.append(Node(f"dense_{number}", "dense", {"units": WIDTH}, place))
        else:
            nodes.append(Node(f"relu_{number}", "relu", {}, place))
    edges = tuple(Edge(one.id, two.id) for one, two in itertools.pairwise(nodes))
    row = [[0.1] * WIDTH]
    data = Data("inline", {"inputs": row, "targets": row})
    return Project(f"chain of {count}", Network(tuple(nodes), edges), data=data)


def resident_mib() -> float:
    """The memory of this process that is in RAM, in MiB; 0 where the system does not tell (it is read from /proc)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
