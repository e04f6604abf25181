"""The minimap: all nodes as small blocks, and a frame round what is seen; drag the frame to move it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap

from ui import theme
from ui.editor.over_canvas import OverCanvas
from ui.editor.scene import EditorScene
from ui.editor.view import EditorView
from ui.widgets.text import tooltip

SIZE = QSize(168, 120)
_FRAME = 6.0


class Minimap(OverCanvas):
    """The whole network in 168 by 120 pixels."""

    def __init__(self, scene: EditorScene, view: EditorView) -> None:
        super().__init__(view)
        self._scene, self._view = scene, view
        self.setFixedSize(SIZE)
        self.setAccessibleName("Map of the network")
        self.setToolTip(tooltip("Map of the network: drag to see another part"))
        self._map: QPixmap | None = None
        self._mapped: tuple[float, QPointF, float] | None = None
        self._held: tuple[float, QPointF] | None = None
        """The mapping while the frame is dragged."""
        self._grip = QPointF()
        """From the point of the scene under the pointer to the middle of what is seen."""
        scene.laid_out.connect(self._refresh)
        theme.current().changed.connect(self._refresh)
        view.moved.connect(self.update)
        self._refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._view.steered.emit()
        # What is mapped stays while the frame is dragged, however far out; the frame keeps to the hand that holds it.
        self._held = self._mapping()
        where, frame = self._in_scene(event.position()), self._view.visible_rect()
        self._grip = frame.center() - where if frame.contains(where) else QPointF()
        self._view.centre_on(where + self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._view.hurry()
            self._view.centre_on(self._in_scene(event.position()) + self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        scale, origin = self._mapping()
        mapped = (scale, origin, self.devicePixelRatioF())
        if self._map is None or mapped != self._mapped:
            self._map, self._mapped = self._drawn(*mapped), mapped
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._map)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self._view.visible_rect()
        frame = QRectF((seen.topLeft() - origin) * scale + QPointF(_FRAME, _FRAME), seen.size() * scale)
        painter.setPen(QPen(theme.current().tokens.color("acc"), 1))
        painter.drawRoundedRect(frame.intersected(QRectF(self.rect()).adjusted(5.5, 5.5, -5.5, -5.5)), 2, 2)

    def _drawn(self, scale: float, origin: QPointF, ratio: float) -> QPixmap:
        """The card and the nodes, kept until they change: this lies over the canvas and is painted with its frames."""
        tokens = theme.current().tokens
        picture = QPixmap(SIZE * ratio)
        picture.fill(tokens.color("canvas"))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.color("surf"))
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.translate(_FRAME, _FRAME)
        painter.scale(scale, scale)
        painter.translate(-origin)
        self._scene.paint_map(painter)
        painter.end()
        return picture

    def _refresh(self) -> None:
        self._map = None
        self.setVisible(bool(self._scene.nodes))
        self.update()

    def _mapping(self) -> tuple[float, QPointF]:
        """Pixels per pixel of the scene, and the point of the scene that lies in the corner."""
        if self._held is not None:
            return self._held
        whole = self._scene.content_rect().united(self._view.visible_rect())
        room = QRectF(self.rect()).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        scale = min(room.width() / max(1.0, whole.width()), room.height() / max(1.0, whole.height()))
        spare = QPointF(room.width() / scale - whole.width(), room.height() / scale - whole.height())
        return scale, whole.topLeft() - spare / 2

    def _in_scene(self, where: QPointF) -> QPointF:
        """The point of the scene that a point of the map stands for."""
        scale, origin = self._mapping()
        return origin + (where - QPointF(_FRAME, _FRAME)) / scale
