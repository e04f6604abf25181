"""Camera: the part of a view that decides which piece of the scene is seen, and how large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsScene, QGraphicsView, QPinchGesture, QWidget

SMALLEST, LARGEST = 0.1, 4.0
"""The zoom's limits; a scene that is too large for the smallest can be seen whole all the same."""
ZOOM_STEP = 1.25
_FIT_MARGIN = 24
_READABLE = 0.6
"""Below this zoom what nodes say is hard to read."""
_AROUND = 32.0
"""Pixels of the view round what is brought into it."""
_RISE = 0.12
"""The share of the spare height by which the network stands above the middle."""
_SPARE = 0.8
"""The share of the view that a large scene fills at the smallest zoom."""
_HUGE = 400_000.0
"""How far from the middle a person can go, in pixels of the scene."""
_WHEEL_STEP = 120


class Camera(QGraphicsView):
    """Zooms and pans by the wheel, two fingers on a touchpad, and a pinch on a touchpad or a touch screen."""

    moved = Signal()
    """Another part of the scene is seen, or at another size."""
    resized = Signal()
    steered = Signal()
    """A person turned the wheel or pinched."""

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setSceneRect(QRectF(-_HUGE, -_HUGE, 2 * _HUGE, 2 * _HUGE))
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self._touchpad_pinches = False

    @property
    def zoom(self) -> float:
        """The size of a scene's pixel on the screen: 1 is 100 %."""
        return self.transform().m11()

    def visible_rect(self) -> QRectF:
        """The part of the scene that is seen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def centre(self) -> QPointF:
        """The point of the scene in the middle of the view."""
        return self.mapToScene(self.viewport().rect().center())

    def zoom_to(self, zoom: float, about: QPoint | None = None) -> None:
        """Show the scene at another size; the point of the view ``about`` (the middle) stays where it is."""
        point = about if about is not None else self.viewport().rect().center()
        before = self.mapToScene(point)
        factor = min(LARGEST, max(self._smallest(), zoom)) / self.zoom
        self.scale(factor, factor)
        shift = self.mapFromScene(before) - point
        self.pan(-shift.x(), -shift.y())

    def content_rect(self) -> QRectF:
        """The rectangle of the scene in which something lies."""
        return self.scene().itemsBoundingRect()

    def centre_on(self, where: QPointF) -> None:
        """Bring a point of the scene to the middle."""
        shift = self.viewport().rect().center() - self.mapFromScene(where)
        self.pan(shift.x(), shift.y())

    def look_at(self, where: QPointF) -> None:
        """Bring a point of the scene to the middle, large enough to be read."""
        if self.zoom < _READABLE:
            self.zoom_to(1.0)
        self.centre_on(where)

    def reveal(self, rect: QRectF) -> None:
        """Bring a rectangle of the scene into view by the shortest way; its middle, along what is longer."""
        room = QRectF(self.viewport().rect()).adjusted(_AROUND, _AROUND, -_AROUND, -_AROUND)
        box = QRectF(self.mapFromScene(rect).boundingRect())
        right = _way_in(box.left(), box.right(), room.left(), room.right())
        down = _way_in(box.top(), box.bottom(), room.top(), room.bottom())
        if right or down:
            self.pan(round(right), round(down))

    def fit(self, rect: QRectF, top: int = 0, bottom: int = 0) -> None:
        """Show a rectangle of the scene whole, at 100 % or less; ``top`` and ``bottom`` pixels stay free."""
        if rect.isEmpty():
            return
        room = self.viewport().rect().adjusted(_FIT_MARGIN, top, -_FIT_MARGIN, -bottom)
        zoom = min(1.0, room.width() / rect.width(), max(1, room.height()) / rect.height())
        self.zoom_to(zoom)
        shift = room.center() - self.mapFromScene(rect.center())
        # What is small stands a little above the middle, where the eye looks for it.
        spare = room.height() - rect.height() * zoom
        self.pan(shift.x(), shift.y() - round(_RISE * max(0.0, spare)))

    def pan(self, dx: int, dy: int) -> None:
        """Move what is seen by pixels of the view."""
        for bar, step in ((self.horizontalScrollBar(), dx), (self.verticalScrollBar(), dy)):
            bar.setValue(bar.value() - step)
        self.moved.emit()

    def _smallest(self) -> float:
        room, whole = self.viewport().rect(), self.content_rect()
        return min(
            SMALLEST, _SPARE * room.width() / max(1, whole.width()), _SPARE * room.height() / max(1, whole.height())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        old = event.oldSize()
        if old.isValid():
            # A dock that opens beside keeps the middle; the height changes by lines that come and go all the time.
            self.pan(event.size().width() // 2 - old.width() // 2, 0)
        self.resized.emit()
        self.moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.steered.emit()
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turns = event.angleDelta().y() / _WHEEL_STEP
            self.zoom_to(self.zoom * ZOOM_STEP**turns, event.position().toPoint())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(delta.y() or delta.x(), 0)
        else:
            self.pan(delta.x(), delta.y())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            return self._touchpad(event)
        if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            return self._touch_screen(event)
        return super().viewportEvent(event)

    def _touchpad(self, event: QNativeGestureEvent) -> bool:
        """Zoom by how far two fingers went apart since the last event, a share of 1."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._touchpad_pinches = True
        self.steered.emit()
        self.zoom_to(self.zoom * max(0.5, 1 + event.value()), event.position().toPoint())
        event.accept()
        return True

    def _touch_screen(self, event: QGestureEvent) -> bool:
        """Zoom and pan by two fingers on the screen, about the point between them."""
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        # macOS makes such a gesture out of a touchpad's events too, which have been followed already.
        if not isinstance(pinch, QPinchGesture) or self._touchpad_pinches:
            return False
        self.steered.emit()
        middle = self.viewport().mapFromGlobal(pinch.hotSpot().toPoint())
        self.zoom_to(self.zoom * pinch.scaleFactor(), middle)
        step = (pinch.centerPoint() - pinch.lastCenterPoint()).toPoint()
        if pinch.state() == Qt.GestureState.GestureUpdated and not step.isNull():
            self.pan(step.x(), step.y())
        event.accept(pinch)
        return True


def _way_in(low: float, high: float, least: float, most: float) -> float:
    """How far an interval must move to lie within another, or in its middle if it is longer."""
    if high - low > most - least:
        return (least + most - low - high) / 2
    return max(0.0, least - low) - max(0.0, high - most)
