"""FocusRing: which node the keys act on, and the ring that shows it while the canvas has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from ui import theme
from ui.editor.scene import EditorScene
from ui.scope import Scope

_APART = 6.0
_WIDTH = 2.0
_RADIUS = 10.0


class FocusRing(QObject):
    """The node that was selected last has the focus, unless a gesture points at another one.

    The ring is shown once keys have been used, as long as the mouse is not: then the selection says enough.
    """

    moved = Signal()
    """Another node may have the focus, or the keyboard has come or gone."""

    def __init__(self, view: QGraphicsView, document: Scope, scene: EditorScene) -> None:
        super().__init__(view)
        self._view, self._document, self._scene = view, document, scene
        self._pointed: str | None = None
        self.used = False
        """Whether keys were used last, and not the mouse."""
        self._ring = _Ring()
        scene.addItem(self._ring)
        document.selection_changed.connect(self.refresh)
        scene.laid_out.connect(self.refresh)

    @property
    def node(self) -> str | None:
        """The node that has the focus."""
        if self._pointed in self._scene.nodes:
            return self._pointed
        return self._document.selection[-1] if self._document.selection else None

    def point_at(self, node: str | None) -> None:
        """Give the focus to a node that is not selected; None gives it back."""
        self._pointed = node
        self.refresh()

    def set_used(self, used: bool) -> None:
        """Keys were used, or the mouse."""
        self.used = used
        self.refresh()

    def refresh(self) -> None:
        """Draw the ring where it belongs now."""
        node = self.node if self.used and self._view.hasFocus() else None
        item = self._scene.nodes.get(node) if node else None
        self.moved.emit()
        self._ring.show_round(item.box() if item else QRectF(), self._view.transform().m11())


class _Ring(QGraphicsItem):
    """A line of 2 pixels of the view round a box, a little apart from it."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QRectF()
        self._zoom = 1.0
        self.setZValue(3)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()

    def show_round(self, box: QRectF, zoom: float) -> None:
        """Lie round a box of the scene; an empty one hides it."""
        if (box, zoom) != (self._box, self._zoom):
            self.prepareGeometryChange()
            self._box, self._zoom = box, zoom
        self.setVisible(not box.isEmpty())

    def boundingRect(self) -> QRectF:
        apart = (_APART + _WIDTH) / self._zoom
        return self._box.adjusted(-apart, -apart, apart, apart)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.current().tokens.color("acc"), _WIDTH)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        apart, radius = _APART / self._zoom, _RADIUS / self._zoom
        painter.drawRoundedRect(self._box.adjusted(-apart, -apart, apart, apart), radius, radius)
