"""Band: drag a rectangle over the canvas to select what it touches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsRectItem

from ui import theme
from ui.editor.gestures.gesture import Canvas, Gesture, Pointer


class Band(Gesture):
    """Selects the nodes under a rectangle; with Shift or Ctrl they are added to those selected before."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._before = canvas.document.selection
        self._edges_before = self.scene.selected_edges
        self._kept: tuple[str, ...] = ()
        self._corner = QPointF()
        self._frame: QGraphicsRectItem | None = None

    def start(self, pointer: Pointer) -> None:
        self._corner = pointer.scene
        self._kept = self._before if pointer.adding else ()
        if not pointer.adding:
            self.scene.select_edges(())
            self.canvas.document.select(())

    def move(self, pointer: Pointer) -> None:
        rect = QRectF(self._corner, pointer.scene).normalized()
        frame = self._shown_frame()
        frame.setRect(rect)
        under = tuple(name for name, item in self.scene.nodes.items() if item.box().intersects(rect))
        self.canvas.document.select(tuple(dict.fromkeys((*self._kept, *under))))

    def end(self, pointer: Pointer) -> None:
        self._take_away()

    def cancel(self) -> None:
        self._take_away()
        self.canvas.document.select(self._before)
        self.scene.select_edges(self._edges_before)

    def _shown_frame(self) -> QGraphicsRectItem:
        if self._frame is None:
            tokens = theme.current().tokens
            fill = tokens.color("acc")
            fill.setAlpha(28)
            pen = QPen(tokens.color("acc"), 1)
            pen.setCosmetic(True)
            self._frame = QGraphicsRectItem()
            self._frame.setPen(pen)
            self._frame.setBrush(fill)
            self._frame.setZValue(9)
            self.base_scene.addItem(self._frame)
        return self._frame

    def _take_away(self) -> None:
        if self._frame is not None:
            self.base_scene.removeItem(self._frame)
            self._frame = None
