"""The view: shows the scene on a dotted grid, zooms and pans, and hands the mouse to one gesture at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.project.model import Project
from ui.editor.commands import Commands, Link
from ui.editor.drops import Drops
from ui.editor.focus_ring import FocusRing
from ui.editor.gestures.choose import gesture_for
from ui.editor.gestures.gesture import Gesture, Pointer, Tool
from ui.editor.gestures.key_wire import KeyWire
from ui.editor.gestures.lit_wire import LitWire
from ui.editor.gestures.pan import Pan
from ui.editor.note import Note
from ui.editor.scene import EditorScene, Hit
from ui.editor.screen import Screen
from ui.scope import Scope

_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class EditorView(Screen):
    """The canvas; it is what gestures see of the editor."""

    layers_offered = Signal(QPointF, object)
    """A person wants to choose a layer for a place of the scene, wired to a Link or to nothing (None)."""
    frame_title_wanted = Signal(str)
    """A frame's title was double-clicked; its id."""
    rename_wanted = Signal(str)
    open_wanted = Signal(str)
    """A person wants to see the inside of a node."""
    leave_wanted = Signal()
    """A person wants to see what lies round the opened subnetwork."""
    menu_wanted = Signal(QPoint, object)
    """A menu is wanted at a global point, for a Hit."""
    touched = Signal()
    """A person pressed a button of the mouse or dropped something here."""
    noted = Signal(str)
    """A sentence is told beside the pointer; an empty one takes it away."""
    space_tapped = Signal()
    """Space was pressed and released without dragging the canvas."""

    def __init__(self, document: Scope, scene: EditorScene, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.document, self.commands = document, commands
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        """The button that began the gesture, and whose release ends it."""
        self.tool: Tool = "select"
        self.snapping = True
        self._space = self._space_used = False
        self.keyboard = FocusRing(self, document, scene)
        self.moved.connect(self.keyboard.refresh)
        self._hovered = LitWire(scene)
        self._drops = Drops(scene, commands)
        self._note = Note(self)
        self.setProperty("role", "canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        document.changed.connect(self._on_changed)
        document.opened.connect(self._interrupt)

    def set_tool(self, tool: Tool) -> None:
        """Let dragging the empty canvas select, or move the canvas."""
        self.tool = tool
        self._reset_cursor()

    def mark_focus(self, node: str | None) -> None:
        """Show the keyboard's focus at a node, or (None) where the selection says."""
        self.keyboard.point_at(node)

    def begin_wire(self, source: str) -> None:
        """Let a person draw a wire out of a node by keys."""
        self._interrupt()
        self._gesture, self._button = KeyWire(self, source), Qt.MouseButton.NoButton
        self._gesture.start(Pointer(QPointF(), QPoint()))

    def show_note(self, sentence: str, where: QPointF, problem: bool = True) -> None:
        """Tell something at a point of the scene; an empty sentence takes it away."""
        self._note.tell(sentence, self.mapFromScene(where), problem)
        self.noted.emit(sentence)

    def offer_layers(self, where: QPointF, link: Link | None) -> None:
        """Let a person choose a layer that is added there, and wired to the link."""
        self.layers_offered.emit(where, link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.keyboard.set_used(False)
        if isinstance(self._gesture, KeyWire):
            self.cancel_gesture()
        self.touched.emit()
        if self._gesture is None:
            self._begin(gesture_for(self, event.button(), self._pointer(event), self._space), event)
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
        if hit.node and hit.port is None and self._scene.nodes[hit.node].look.stack:
            self.open_wanted.emit(hit.node)
        elif hit.node and hit.port is None and self._scene.nodes[hit.node].header_contains(where):
            self.rename_wanted.emit(hit.node)
        elif hit.frame is not None:
            self.frame_title_wanted.emit(hit.frame)
        elif hit == Hit():
            self.layers_offered.emit(where, None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where = event.globalPos()
        hit = self._scene.hit(self.mapToScene(event.pos()))
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            node = self.keyboard.node
            hit = Hit(node=node) if node else Hit()
            box = self._scene.nodes[node].box() if node else QRectF(self.centre(), self.centre())
            where = self.viewport().mapToGlobal(self.mapFromScene(box.center()))
        self.menu_wanted.emit(where, hit)
        event.accept()

    def event(self, event: QEvent) -> bool:
        # What a gesture takes, and Space, must not start a command first.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self.keyboard.set_used(True)
            taken = self._gesture is not None and self._gesture.takes_key(event)
            if taken or event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_gesture()
        elif self._gesture is not None and self._gesture.takes_key(event):
            if self._gesture.key(event):
                self._gesture = None
        elif event.key() == Qt.Key.Key_Space:
            # Space pans while it is held; a tap is told, so that the window's own use of Space stays possible.
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.keyboard.set_used(event.reason() in _BY_KEYS or self.keyboard.used)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # The button or the key may be let go where nothing tells of it.
        self._interrupt()
        self._space = False
        self._reset_cursor()
        super().focusOutEvent(event)
        self.keyboard.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._interrupt()
        super().hideEvent(event)

    def cancel_gesture(self) -> None:
        """Leave what the mouse is doing; with no gesture, select nothing; with nothing selected, leave a subnetwork."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._reset_cursor()
        elif self.document.selection or self._scene.selected_edges:
            self._scene.select_edges(())
            self.document.select(())
        else:
            self.leave_wanted.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.over(event, self.mapToScene(event.position().toPoint()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.over(event, self.mapToScene(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drops.drop(event, self.mapToScene(event.position().toPoint())):
            self.touched.emit()
            self.reveal(self._scene.content_rect(self.document.selection))
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
        if self._space or self.tool == "hand":
            shape = Qt.CursorShape.OpenHandCursor
        elif hit is not None and hit.port is not None:
            shape = Qt.CursorShape.CrossCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        view = event.position().toPoint()
        return Pointer(self.mapToScene(view), view, event.modifiers(), event.timestamp())
