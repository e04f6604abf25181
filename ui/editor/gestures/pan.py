"""Pan: drag the canvas itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from ui.editor.gestures.gesture import Canvas, Gesture, Pointer


class Pan(Gesture):
    """Moves what is seen along with the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._first = self._last = QPoint()

    def start(self, pointer: Pointer) -> None:
        self._first = self._last = pointer.view

    def move(self, pointer: Pointer) -> None:
        step = pointer.view - self._last
        self._last = pointer.view
        self.canvas.pan(step.x(), step.y())

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)

    def cancel(self) -> None:
        back = self._first - self._last
        self._last = self._first
        self.canvas.pan(back.x(), back.y())
