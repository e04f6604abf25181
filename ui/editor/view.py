"""The view: shows the scene on a dotted grid, zooms and pans, and hands the mouse to one gesture at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.project.model import Project
from ui.editor.commands import Commands, Link
from ui.editor.drops import Drops
from ui.editor.gestures.choose import gesture_for
from ui.editor.gestures.gesture import Gesture, Pointer
from ui.editor.gestures.lit_wire import LitWire
from ui.editor.gestures.pan import Pan
from ui.editor.note import Note
from ui.editor.scene import EditorScene, Hit
from ui.editor.screen import Screen
from ui.scope import Scope


class EditorView(Screen):
    """The canvas; it is what gestures see of the editor."""

    layers_offered = Signal(QPointF, object)
    """A person wants to choose a layer for a place of the scene, wired to a Link or to nothing (None)."""
    rename_wanted = Signal(str)
    menu_wanted = Signal(QPoint, object)
    """A menu is wanted at a global point, for a Hit."""
    touched = Signal()
    """A person pressed a button of the mouse or dropped something here."""
    space_tapped = Signal()
    """Space was pressed and released without dragging the canvas."""

    def __init__(
        self, document: Scope, scene: EditorScene, commands: Commands, parent: QWidget | None = None
    ) -> None:
        super().__init__(scene, parent)
        self.document, self.commands = document, commands
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        """The button that began the gesture, and whose release ends it."""
        self._space = self._space_used = self._hand = False
        self._hovered = LitWire(scene)
        self._drops = Drops(scene, commands)
        self._note = Note(self)
        self.setAccessibleName("Network")
        self.setProperty("role", "canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        document.changed.connect(self._on_changed)
        document.opened.connect(self._interrupt)

    def set_hand(self, hand: bool) -> None:
        """Let dragging move the canvas, or select and draw."""
        self._hand = hand
        self._reset_cursor()

    def show_note(self, sentence: str, where: QPointF) -> None:
        """Tell something at a point of the scene; an empty sentence takes it away."""
        self._note.tell(sentence, self.mapFromScene(where))

    def offer_layers(self, where: QPointF, link: Link | None) -> None:
        """Let a person choose a layer that is added there, and wired to the link."""
        self.layers_offered.emit(where, link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.touched.emit()
        if self._gesture is None:
            self._begin(gesture_for(self, event.button(), self._pointer(event), self._space or self._hand), event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self.hurry()
            self._gesture.move(self._pointer(event))
        else:
            self._hover(self._scene.hit(self.mapToScene(event.position().toPoint())))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None and event.button() == self._button:
            gesture, self._gesture = self._gesture, None
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
        self._drops.over(event, self.mapToScene(event.position().toPoint()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.over(event, self.mapToScene(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drops.drop(event, self.mapToScene(event.position().toPoint())):
            self.touched.emit()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, gesture: Gesture | None, event: QMouseEvent) -> None:
        self._gesture, self._button = gesture, event.button()
        self._space_used = self._space_used or isinstance(gesture, Pan)
        if gesture is not None:
            self.viewport().setCursor(gesture.cursor)
            gesture.start(self._pointer(event))

    def _on_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network:
            self._interrupt()

    def _interrupt(self) -> None:
        """End a gesture whose network has become another under it."""
        if self._gesture is not None:
            self.cancel_gesture()

    def _hover(self, hit: Hit) -> None:
        self._hovered.light(hit.edge)
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
        return Pointer(self.mapToScene(view), view, event.modifiers())
