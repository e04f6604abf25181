"""The view: shows the scene on a dotted grid, zooms and pans, and hands the mouse to one gesture at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from explorer.layers import KIND_IDS
from explorer.network import Edge
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.editor.commands import Commands, Link
from ui.editor.gestures.band import Band
from ui.editor.gestures.drag_nodes import DragNodes
from ui.editor.gestures.draw_wire import DrawWire
from ui.editor.gestures.gesture import Gesture, Pointer
from ui.editor.gestures.pan import Pan
from ui.editor.grid import paint_grid
from ui.editor.note import Note
from ui.editor.palette import KIND_MIME
from ui.editor.scene import EditorScene, Hit

SMALLEST, LARGEST = 0.1, 4.0
ZOOM_STEP = 1.25
_FIT_MARGIN = 24
_RISE = 0.12
"""The share of the spare height by which the network stands above the middle."""
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class EditorView(QGraphicsView):
    """The canvas; it is what gestures see of the editor."""

    moved = Signal()
    """Another part of the scene is seen, or at another size."""
    layers_offered = Signal(QPointF, object)
    """A person wants to choose a layer for a place of the scene, wired to a Link or to nothing (None)."""
    rename_wanted = Signal(str)
    menu_wanted = Signal(QPoint, object)
    """A menu is wanted at a global point, for a Hit."""
    resized = Signal()
    touched = Signal()
    """A person pressed a button of the mouse, turned its wheel or dropped something here."""
    space_tapped = Signal()
    """Space was pressed and released without dragging the canvas."""

    def __init__(
        self, document: Document, scene: EditorScene, commands: Commands, parent: QWidget | None = None
    ) -> None:
        super().__init__(scene, parent)
        self.document, self.commands = document, commands
        self._scene = scene
        self._gesture: Gesture | None = None
        self._space = self._space_used = self._hand = False
        self._hovered: Edge | None = None
        self._drop_edge: Edge | None = None
        self._note = Note(self)
        self.setAccessibleName("Network")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "canvas")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        theme.current().changed.connect(self.viewport().update)
        document.changed.connect(self._on_changed)
        document.opened.connect(self._interrupt)

    def editor_scene(self) -> EditorScene:
        """The scene."""
        return self._scene

    def set_hand(self, hand: bool) -> None:
        """Let dragging move the canvas, or select and draw."""
        self._hand = hand
        self._reset_cursor()

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
        factor = min(LARGEST, max(SMALLEST, zoom)) / self.zoom
        self.scale(factor, factor)
        shift = self.mapFromScene(before) - point
        self.pan(-shift.x(), -shift.y())

    def centre_on(self, where: QPointF) -> None:
        """Bring a point of the scene to the middle."""
        shift = self.viewport().rect().center() - self.mapFromScene(where)
        self.pan(shift.x(), shift.y())

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

    def show_note(self, sentence: str, where: QPointF) -> None:
        """Tell something at a point of the scene; an empty sentence takes it away."""
        self._note.tell(sentence, self.mapFromScene(where))

    def offer_layers(self, where: QPointF, link: Link | None) -> None:
        """Let a person choose a layer that is added there, and wired to the link."""
        self.layers_offered.emit(where, link)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_grid(painter, QRectF(rect), self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self.moved.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.touched.emit()
        gesture = self._gesture_for(event) if self._gesture is None else None
        if gesture is not None:
            self._gesture = gesture
            self.viewport().setCursor(gesture.cursor)
            gesture.start(self._pointer(event))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self._gesture.move(self._pointer(event))
        else:
            self._hover(self._scene.hit(self.mapToScene(event.position().toPoint())))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self._reset_cursor()
            gesture.end(self._pointer(event))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        where = self.mapToScene(event.position().toPoint())
        hit = self._scene.hit(where)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if hit.node and hit.port is None and self._scene.nodes[hit.node].header_contains(where):
            self.rename_wanted.emit(hit.node)
        elif hit == Hit():
            self.layers_offered.emit(where, None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.touched.emit()
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_to(self.zoom * ZOOM_STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(delta.y() or delta.x(), 0)
        else:
            self.pan(delta.x(), delta.y())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        hit = Hit(node=self.document.selection[0]) if by_key and self.document.selection else Hit()
        if not by_key:
            hit = self._scene.hit(self.mapToScene(event.pos()))
        self.menu_wanted.emit(event.globalPos(), hit)
        event.accept()

    def event(self, event: QEvent) -> bool:
        # Space pans while it is held; a tap is told, so that the window's own use of Space stays possible.
        is_space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if is_space and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_gesture()
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space, self._space_used = True, False
                self._reset_cursor()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self._space:
            self._space = False
            self._reset_cursor()
            if not self._space_used:
                self.space_tapped.emit()
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(Hit())
        super().leaveEvent(event)

    def cancel_gesture(self) -> None:
        """Leave what the mouse is doing; with no gesture, select nothing."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._reset_cursor()
        else:
            self._scene.select_edges(())
            self.document.select(())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.setAccepted(event.mimeData().hasFormat(KIND_MIME))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        edge = self._scene.hit(self.mapToScene(event.position().toPoint())).edge
        self._light_drop(edge)
        event.setAccepted(event.mimeData().hasFormat(KIND_MIME))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light_drop(None)
        where = self.mapToScene(event.position().toPoint())
        kind_id = bytes(event.mimeData().data(KIND_MIME).data()).decode(errors="replace")
        if kind_id not in KIND_IDS:
            event.ignore()
            return
        self.touched.emit()
        self.commands.drop(kind_id, (where.x(), where.y()), self._scene.hit(where).edge)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        event.acceptProposedAction()

    def _on_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network:
            self._interrupt()

    def _interrupt(self) -> None:
        """End a gesture whose network has become another under it."""
        if self._gesture is not None:
            self.cancel_gesture()

    def _light_drop(self, edge: Edge | None) -> None:
        for known, hovered in ((self._drop_edge, False), (edge, True)):
            if known in self._scene.wires:
                self._scene.wires[known].set_marks(hovered=hovered)
        self._drop_edge = edge

    def _gesture_for(self, event: QMouseEvent) -> Gesture | None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and (self._space or self._hand)):
            self._space_used = True
            return Pan(self)
        if not left:
            return None
        hit = self._scene.hit(self.mapToScene(event.position().toPoint()))
        if hit.node is not None:
            return DragNodes(self, hit.node) if hit.port is None else DrawWire(self, hit.node, hit.port)
        if hit.edge is not None:
            self._pick_edge(hit.edge, bool(event.modifiers() & _ADDING))
            return None
        return Band(self)

    def _pick_edge(self, edge: Edge, adding: bool) -> None:
        chosen = self._scene.selected_edges
        if adding:
            self._scene.select_edges(chosen ^ {edge})
        else:
            self.document.select(())
            self._scene.select_edges({edge})

    def _hover(self, hit: Hit) -> None:
        if hit.edge != self._hovered:
            for edge, hovered in ((self._hovered, False), (hit.edge, True)):
                if edge in self._scene.wires:
                    self._scene.wires[edge].set_marks(hovered=hovered)
            self._hovered = hit.edge
        self._reset_cursor(hit)

    def _reset_cursor(self, hit: Hit | None = None) -> None:
        if self._space or self._hand:
            shape = Qt.CursorShape.OpenHandCursor
        elif hit is not None and hit.port is not None:
            shape = Qt.CursorShape.CrossCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        view = event.position().toPoint()
        return Pointer(self.mapToScene(view), view, bool(event.modifiers() & _ADDING))
