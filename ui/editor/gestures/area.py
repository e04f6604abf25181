"""Band and Lasso: drag a rectangle or draw a line round layers to select them."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.gestures.mark import Mark

_FINE = 4.0
"""Points of a lasso closer together than this, in pixels of the view, are one."""


class Area(Gesture):
    """Selects what lies in an area: alone, with Shift added to what was selected, with Ctrl taken out of it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._before = canvas.document.selection
        self._edges_before = self.scene.selected_edges
        self._mark = Mark(self.scene, filled=True)
        self._adding = self._removing = False

    def start(self, pointer: Pointer) -> None:
        self._adding, self._removing = self.mode(pointer)
        self.begin(pointer)
        if not (self._adding or self._removing):
            self.scene.select_edges(())
            self.canvas.document.select(())

    def move(self, pointer: Pointer) -> None:
        self._mark.show(self.grow(pointer))
        inside = self.inside()
        if self._removing:
            gone = set(inside)
            chosen = tuple(name for name in self._before if name not in gone)
        else:
            chosen = tuple(dict.fromkeys((*(self._before if self._adding else ()), *inside)))
        self.canvas.document.select(chosen)

    def end(self, pointer: Pointer) -> None:
        self._mark.hide()

    def cancel(self) -> None:
        self._mark.hide()
        self.canvas.document.select(self._before)
        self.scene.select_edges(self._edges_before)

    def mode(self, pointer: Pointer) -> tuple[bool, bool]:
        """Whether what is inside is added to the selection, or taken out of it."""
        return pointer.shift and not pointer.ctrl, pointer.ctrl and not pointer.shift

    @abstractmethod
    def begin(self, pointer: Pointer) -> None:
        """The area begins at the pointer."""

    @abstractmethod
    def grow(self, pointer: Pointer) -> QPainterPath:
        """The area now that the pointer has come here."""

    @abstractmethod
    def inside(self) -> tuple[str, ...]:
        """The nodes in the area."""


class Band(Area):
    """A rectangle, which takes every node that it touches."""

    def begin(self, pointer: Pointer) -> None:
        self._corner = pointer.scene
        self._rect = QRectF()

    def grow(self, pointer: Pointer) -> QPainterPath:
        self._rect = QRectF(self._corner, pointer.scene).normalized()
        path = QPainterPath()
        path.addRect(self._rect)
        return path

    def inside(self) -> tuple[str, ...]:
        return tuple(name for name, item in self.scene.nodes.items() if item.box().intersects(self._rect))


class Lasso(Area):
    """A line drawn by hand, which takes every node whose middle it goes round."""

    def begin(self, pointer: Pointer) -> None:
        self._points = [pointer.scene]
        self._last = pointer.view
        self._path = QPainterPath()

    def grow(self, pointer: Pointer) -> QPainterPath:
        if (pointer.view - self._last).manhattanLength() >= _FINE:
            self._points.append(pointer.scene)
            self._last = pointer.view
        self._path = QPainterPath()
        self._path.addPolygon(QPolygonF([*self._points, pointer.scene, self._points[0]]))
        return self._path

    def inside(self) -> tuple[str, ...]:
        bounds = self._path.boundingRect()
        middles = {name: item.box().center() for name, item in self.scene.nodes.items()}
        return tuple(name for name, at in middles.items() if bounds.contains(at) and self._holds(at))

    def _holds(self, where: QPointF) -> bool:
        return self._path.contains(where)
