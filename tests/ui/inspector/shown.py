"""What the tests of the inspector share: projects, and panels shown for a layer."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from ui.inspector.inspector import Inspector
from ui.inspector.node_panel import NodePanel


def network() -> Network:
    """Digits through a convolution into a dense layer that does not fit."""
    nodes = (
        Node("x", "input", {"shape": (8, 8)}),
        Node("conv", "conv2d", {"filters": 4}),
        Node("out", "dense", {"units": 10}),
    )
    return Network(nodes, (Edge("x", "conv"), Edge("conv", "out")))


def panel(inspector: Inspector, name: str) -> NodePanel:
    """The panel of a layer, selected for it."""
    inspector._document.select((name,))
    found = inspector.panel()
    assert found is not None
    assert found.node_id == name
    return found


def texts(inspector: Inspector) -> str:
    """Everything that is written in it."""
    return " | ".join(label.text() for label in inspector.shown.findChildren(QLabel) if label.isVisible())


def two_alike() -> Project:
    nodes = (
        Node("x", "input", {"shape": (4,)}),
        Node("h", "dense", {"units": 3}, note="hidden"),
        Node("y", "dense", {"units": 2}),
        Node("act", "relu"),
    )
    return Project(name="two", network=Network(nodes, (Edge("x", "h"), Edge("h", "y"), Edge("y", "act"))))
