"""The bare editors, ours and NodeGraphQt's, doing the same: build a chain, show all of it, draw it again."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.bench.chain import WINDOW, chain, places, resident_mib
from ui.bench.timing import middle, milliseconds
from ui.document import Document
from ui.editor.editor import Editor
from ui.garbage import collected_by_the_window

FRAMES = 8
Figures = dict[str, float]
"""``build`` and ``repaint`` in milliseconds, ``memory`` in MiB."""


def ours(application: QApplication, count: int) -> Figures:
    """The program's editor: from the nodes as values to all items and wires, checked and routed."""
    theme.current().apply(application)
    document = Document()
    editor = Editor(document)
    _show(application, editor)
    before = resident_mib()
    with collected_by_the_window():
        build = milliseconds(lambda: document.open(chain(count)))
    application.processEvents()
    editor.fit()
    figures = _drawn(application, editor.view.viewport(), build, before)
    editor.deleteLater()
    document.deleteLater()
    return figures


def nodegraphqt(application: QApplication, count: int) -> Figures:
    """NodeGraphQt: a node with one input and one output for each, created and wired by its own functions."""
    from NodeGraphQt import BaseNode, NodeGraph

    class Layer(BaseNode):
        """A node of the chain."""

        __identifier__ = "bench"
        NODE_NAME = "layer"

        def __init__(self) -> None:
            super().__init__()
            self.add_input("in")
            self.add_output("out")

    graph = NodeGraph()
    graph.register_node(Layer)
    _show(application, graph.widget)

    def build() -> None:
        last = None
        for number, place in enumerate(places(count)):
            node = graph.create_node("bench.Layer", name=f"layer_{number}", pos=list(place), selected=False)
            if last is not None:
                last.set_output(0, node.input(0))
            last = node

    before = resident_mib()
    took = milliseconds(build)
    application.processEvents()
    viewer = graph.viewer()
    # What its zoom_to_nodes does, but for the search for the rectangle: that takes minutes for 5,000 nodes.
    whole = QRectF()
    for node in graph.all_nodes():
        whole = whole.united(node.view.sceneBoundingRect())
    viewer._scene_range = whole
    viewer._update_scene()
    return _drawn(application, viewer.viewport(), took, before)


def _show(application: QApplication, widget: QWidget) -> None:
    widget.resize(*WINDOW)
    widget.show()
    application.processEvents()


def _drawn(application: QApplication, viewport: QWidget, build: float, before: float) -> Figures:
    application.processEvents()
    repaint = middle(lambda _number: viewport.repaint(), FRAMES)
    return {"build": build, "repaint": repaint, "memory": resident_mib() - before}
