"""Screen: the part of the canvas that draws it, near to by Qt's items and far out all at once."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from ui import theme
from ui.editor.camera import Camera
from ui.editor.grid import paint_grid
from ui.editor.scene import EditorScene

FAR = 0.45
"""Below this zoom nodes are blocks."""
_BUDGET = 0.004
"""Seconds of a frame for drawing nodes anew while a hand is at work."""
_REST = 120
"""Milliseconds after the last movement of a hand until everything is drawn sharp."""
_MODES = QGraphicsView.ViewportUpdateMode


class Screen(Camera):
    """Draws the scene on its dotted grid: in time while a hand is at work, sharp when it rests."""

    def __init__(self, scene: EditorScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._scene = scene
        self._at_work = QTimer(self, singleShot=True, interval=_REST)
        self._at_work.timeout.connect(self._sharpen)
        self.setViewportUpdateMode(_MODES.MinimalViewportUpdate)
        self.moved.connect(self._on_moved)
        self.steered.connect(self.hurry)
        theme.current().changed.connect(self.viewport().update)

    def editor_scene(self) -> EditorScene:
        """The scene."""
        return self._scene

    def content_rect(self) -> QRectF:
        return self._scene.content_rect()

    def hurry(self) -> None:
        """A hand is at work: until it rests, frames in time matter more than sharp ones."""
        self._at_work.start()

    @property
    def hurried(self) -> bool:
        """Whether a hand is at work."""
        return self._at_work.isActive()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._scene.pictures.begin(_BUDGET if self.hurried else None)
        if self.zoom >= FAR:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.setWorldTransform(self.viewportTransform())
        area = self.mapToScene(event.rect().adjusted(-1, -1, 1, 1)).boundingRect()
        self.drawBackground(painter, area)
        self._scene.paint_far(painter, area, self.zoom)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_grid(painter, QRectF(rect), self.zoom)

    def _on_moved(self) -> None:
        # Far out Qt does not know where it would have drawn an item, so it cannot tell what to draw anew.
        wanted = _MODES.FullViewportUpdate if self.zoom < FAR else _MODES.MinimalViewportUpdate
        if self.viewportUpdateMode() != wanted:
            self.setViewportUpdateMode(wanted)

    def _sharpen(self) -> None:
        if self._scene.pictures.behind:
            self.viewport().update()
