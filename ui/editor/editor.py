"""The editor: the canvas with what lies over it, and the methods by which the rest of the window asks for edits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.inside import child_of
from explorer.kind import Fix
from explorer.network import Flow, NetworkError
from explorer.resolve import Problem
from ui.banner import Banner
from ui.document import Document
from ui.editor.accessible import Narrator
from ui.editor.actions import build_actions
from ui.editor.adding import Adding
from ui.editor.annotations import Annotations
from ui.editor.bubble import Bubble
from ui.editor.camera import ZOOM_STEP
from ui.editor.clipboard import ClipboardError
from ui.editor.commands import Commands
from ui.editor.empty_canvas import EmptyCanvas
from ui.editor.look import counts_text
from ui.editor.menus import arrange_menu, build_menu
from ui.editor.metrics import HEADER
from ui.editor.minimap import Minimap
from ui.editor.places import Places
from ui.editor.rename_field import RenameField
from ui.editor.scene import EditorScene, Hit
from ui.editor.strip import ProblemStrip
from ui.editor.subnetworks import Subnetworks
from ui.editor.toolbar import Tools, ZoomBar
from ui.editor.view import EditorView
from ui.editor.walker import Walker
from ui.editor.walking import Direction
from ui.scope import Scope
from ui.widgets.text import TextLabel

_EDGE = 12
_TOP, _BOTTOM = 56, 40
_SMALLEST_FOR_BUBBLE = 0.5


class Editor(QWidget):
    """Shows the document's network and lets a person build it."""

    thumbnails_changed = Signal()
    """Small pictures on the layers were switched on or off."""
    seen = Signal(bool)
    """Whether it is on the screen now."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.scope = scope = Scope.of(document)
        places = Places(scope)
        self.scene = EditorScene(scope, places, self)
        self.commands = Commands(scope, places)
        self.view = EditorView(scope, self.scene, self.commands, self)
        self.adding = Adding(scope, self.commands, self.view)
        self._narrator = Narrator(scope, self.view)
        self._walker = Walker(scope, self.scene, self.view)
        self.subnetworks = Subnetworks(self)
        self.annotations = Annotations(self)
        self.actions_by_id = build_actions(self)
        self.tools = Tools(self.actions_by_id, arrange_menu(self), self.view)
        self.zoom_bar = ZoomBar(self.actions_by_id, self.view)
        self.counts = TextLabel("", "caption", parent=self.view)
        self.counts.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.minimap = Minimap(self.scene, self.view)
        self.bubble = Bubble(self.view)
        self.message, self.strip = Banner(self), ProblemStrip(self)
        self.empty = EmptyCanvas(self.actions_by_id["add"], self.view)
        self.rename_field = RenameField(self.commands.rename, self.view)
        self._follow_fit = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.subnetworks.breadcrumb)
        column.addWidget(self.view, 1)
        column.addWidget(self.message)
        column.addWidget(self.strip)
        self.setFocusProxy(self.view)
        self._connect()
        self._refresh()

    def add_kind(self, kind_id: str) -> None:
        """Add a layer behind the selected one and wired to it, or in the middle of what is seen."""
        chosen = self.scope.selection
        middle = self.view.centre()
        after = chosen[0] if len(chosen) == 1 else None
        if self.attempt(lambda: self.commands.add(kind_id, (middle.x() - 64, middle.y() - 48), after)):
            self._reveal(*self.scope.selection)

    def delete_selection(self) -> None:
        """Take out what is selected."""
        self.commands.delete(self.scope.selection, self.scene.selected_edges)

    def delete_and_join(self) -> None:
        """Take out what is selected; what read a layer that goes reads what fed it."""
        self.commands.delete_and_join(self.scope.selection, self.scene.selected_edges)

    def pull_off(self) -> None:
        """Take the selected layers off their wires, which join up."""
        self.commands.pull_off(self.scope.selection)

    def disconnect_nodes(self) -> None:
        """Take out every wire of the selected layers."""
        self.commands.unwire_nodes(self.scope.selection)

    def connect_selected(self) -> None:
        """Wire the selected layers in a row, from left to right."""
        self.attempt(lambda: self.commands.wire_in_order(self.scope.selection))

    def begin_wire(self) -> None:
        """Let a person draw a wire out of the selected layer by keys."""
        if self.view.keyboard.node is not None:
            self.view.begin_wire(self.view.keyboard.node)

    def select_all(self) -> None:
        """Select every node."""
        self.scope.select(tuple(self.scope.network.by_id))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        self.commands.copy(self.scope.selection)

    def cut(self) -> None:
        """Put the selected nodes on the clipboard and take them out."""
        self.commands.cut(self.scope.selection)

    def paste(self) -> None:
        """Add the layers on the clipboard, where the pointer is if it is over the canvas, and show them."""
        pointer = self.view.mapFromGlobal(self.view.cursor().pos())
        over = self.view.rect().contains(pointer) and self.view.underMouse()
        where = self.view.mapToScene(pointer)
        self.view.hurry()  # a thousand layers are there at once, and drawn sharp right after
        if self.attempt(lambda: self.commands.paste((where.x(), where.y()) if over else None)):
            self._reveal(*self.scope.selection)

    def duplicate(self) -> None:
        """Add a copy of the selected nodes."""
        self.commands.duplicate(self.scope.selection)

    def arrange(self, flow: Flow = "right") -> None:
        """Lay all nodes out anew and show them."""
        self.commands.arrange(flow)
        self.fit()

    @property
    def thumbnails(self) -> bool:
        """Whether the layers show small pictures."""
        return self.actions_by_id["thumbnails"].isChecked()

    def set_snapping(self) -> None:
        """Let nodes that are dragged come to lie on the grid, or anywhere, as the action says."""
        self.view.snapping = self.actions_by_id["snap"].isChecked()

    def fit(self) -> None:
        """Show the whole network."""
        self.view.fit(self.scene.content_rect(), _TOP, _BOTTOM)
        self._follow_fit = True

    def fit_selection(self) -> None:
        """Show the selected nodes, or the whole network if none is."""
        if not self.scope.selection:
            self.fit()
            return
        self._follow_fit = False
        self.view.fit(self.scene.content_rect(self.scope.selection), _TOP, _BOTTOM)

    def zoom_in(self) -> None:
        """Show the network larger."""
        self._zoom_to(self.view.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show the network smaller."""
        self._zoom_to(self.view.zoom / ZOOM_STEP)

    def zoom_whole(self) -> None:
        """Show the network at 100 %."""
        self._zoom_to(1.0)

    def focus_node(self, node_id: str) -> None:
        """Select a node, also such as ``block/conv``, and bring it to the middle; nothing happens if there is none."""
        name = self.scope.show_layer(node_id)
        if name is not None:
            self._follow_fit = False
            self.view.look_at(self.scene.nodes[name].box().center())

    def show_part(self, zoom: float, centre: QPointF) -> None:
        """Show the network at a zoom, with a point of it in the middle."""
        self._follow_fit = False
        self.view.zoom_to(zoom)
        self.view.centre_on(centre)

    def walk(self, direction: Direction, extend: bool = False) -> None:
        """Select what lies that way from the node with the focus, along the wires."""
        self._follow_fit = False
        self._walker.walk(direction, extend)

    def select_next_wire(self) -> None:
        """Select the next wire of the node with the focus."""
        self._walker.next_wire()

    def go_to_problem(self, way: int) -> None:
        """Select the next layer with a problem (the one before, for −1) and bring it to the middle."""
        name = self._walker.go_to_problem(way)
        if name is not None:
            self.focus_node(name)

    def open_selected(self) -> None:
        """What Enter does to the node with the focus: shows what is inside, or lets a person rename it."""
        name = self.view.keyboard.node
        if name is not None and self.subnetworks.can_open(name):
            self.subnetworks.open(name)
        else:
            self.rename_selected()

    def rename_selected(self) -> None:
        """Let a person rename the node with the focus where it stands."""
        name = self.view.keyboard.node
        if name is not None:
            self._reveal(name)
            self._open_rename(name)

    def apply_fix(self, node_id: str, fix: Fix) -> None:
        """Apply a fix of a problem of a node that is shown, or lies inside one."""
        self.attempt(lambda: self.commands.fix(node_id, fix))

    def attempt(self, command: Callable[[], object]) -> bool:
        """Do it, or say why it cannot be done; returns whether it was done."""
        try:
            command()
        except (NetworkError, ClipboardError) as error:
            self.message.show_message(str(error))
            self._narrator.say(str(error))
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)
        self._arrange_overlays()

    def hideEvent(self, event: QHideEvent) -> None:
        self.adding.popup.close_popup()
        self.seen.emit(False)
        super().hideEvent(event)

    def _connect(self) -> None:
        view, scope = self.view, self.scope
        scope.changed.connect(self._on_changed)
        scope.opened.connect(self._on_opened)
        scope.selection_changed.connect(self._place_bubble)
        scope.refused.connect(self.message.show_message)
        self.scene.laid_out.connect(self._place_bubble)
        view.moved.connect(self._on_moved)
        view.resized.connect(self._arrange_overlays)
        view.touched.connect(self._on_touched)
        view.steered.connect(self._on_touched)
        view.layers_offered.connect(self.adding.open_at)
        view.rename_wanted.connect(self._open_rename)
        view.open_wanted.connect(self.subnetworks.open)
        view.leave_wanted.connect(self.subnetworks.leave)
        view.menu_wanted.connect(self._open_menu)
        self.adding.added.connect(self._add)
        self.rename_field.closed.connect(view.setFocus)
        self.bubble.fix_wanted.connect(self.apply_fix)
        self.bubble.open_wanted.connect(self.subnetworks.open)
        self.strip.fix_wanted.connect(self._apply_fix_anywhere)
        self.strip.show_wanted.connect(self.focus_node)
        self.empty.acted.connect(lambda: self.add_kind("input"))

    def _on_opened(self) -> None:
        self._follow_fit = True
        self.rename_field.give_up()
        self.message.hide()
        self._refresh()
        self._arrange_overlays()
        self.subnetworks.show_again()

    def _on_touched(self) -> None:
        self._follow_fit = False
        self.view.show_note("", QPointF())
        self.adding.popup.close_popup()

    def _on_moved(self) -> None:
        self.zoom_bar.show_zoom(self.view.zoom)
        if self.rename_field.isVisible() and self.rename_field.name in self.scene.nodes:
            self.rename_field.setGeometry(self._header_rect(self.rename_field.name))
        self._place_bubble()

    def _on_changed(self) -> None:
        """After an edit: what a sentence was about, or a field was open for, may be gone."""
        self.message.hide()
        if self.rename_field.isVisible() and self.rename_field.name not in self.scene.nodes:
            self.rename_field.give_up()
        self._refresh()

    def _refresh(self) -> None:
        """Show what has changed beside the canvas."""
        empty = not self.scope.network.nodes
        self.counts.setText(counts_text(self.scope.network, self.scope.resolved))
        self.counts.adjustSize()
        self.counts.setVisible(not empty)
        self.empty.setVisible(empty)
        self.strip.tell([] if empty and not self.scope.path else self._all_problems())
        if self._follow_fit and not self.view.visible_rect().contains(self.scene.content_rect()):
            self.fit()
        self._place_bubble()

    def _arrange_overlays(self) -> None:
        """Put what lies over the canvas where it belongs at the present size."""
        width, height = self.view.width(), self.view.height()
        self.zoom_bar.adjustSize()
        self.tools.fit(width - self.zoom_bar.width() - 3 * 16)
        self.tools.move(_EDGE, _EDGE)
        self.zoom_bar.move(width - self.zoom_bar.width() - 16, _EDGE)
        self.minimap.move(width - self.minimap.width() - 16, height - self.minimap.height() - 16)
        self.counts.move(16, height - self.counts.height() - 12)
        self.empty.setGeometry(QRect(0, 0, width, height).adjusted(40, 60, -40, -40))
        if self._follow_fit and self.isVisible():
            self.fit()
        self._place_bubble()

    def _place_bubble(self) -> None:
        """Below the selected node with a problem, else below the first one that has one."""
        problem = self._told_problem()
        item = self.scene.nodes.get(self._holder(problem)) if problem else None
        if item is None or self.view.zoom < _SMALLEST_FOR_BUBBLE or self.rename_field.isVisible():
            self.bubble.hide()
            return
        self.bubble.tell(problem, item.look.id if problem and problem.node != item.look.id else "")
        box = item.box()
        taken = [part.geometry() for part in (self.minimap, self.counts, self.tools, self.zoom_bar)]
        self.bubble.point_at(QRectF(self.view.mapFromScene(box).boundingRect()), taken)
        self.bubble.setVisible(self.view.visible_rect().intersects(box))

    def _told_problem(self) -> Problem | None:
        placed = [problem for problem in self.scope.problems if self._holder(problem)]
        selection = set(self.scope.selection)
        chosen = [problem for problem in placed if self._holder(problem) in selection]
        return next(iter(chosen or placed), None)

    def _holder(self, problem: Problem) -> str:
        """The node that is shown which has a problem, or holds the layer that has it; "" if there is none."""
        return child_of(self.scope.network, problem.node or "") or ""

    def _all_problems(self) -> list[Problem]:
        """Every problem of the document, those of what is shown first."""
        prefix = self.scope.prefix
        return sorted(self.document.problems, key=lambda problem: not (problem.node or "").startswith(prefix))

    def _apply_fix_anywhere(self, full_name: str, fix: Fix) -> None:
        """Apply a fix of a problem that may lie outside what is shown."""
        prefix = self.scope.prefix
        if full_name.startswith(prefix):
            self.apply_fix(full_name[len(prefix) :], fix)
        else:
            self.attempt(lambda: self.document.apply_fix(full_name, fix))

    def _add(self, add: Callable[[], object]) -> None:
        self._follow_fit = False
        self.attempt(add)

    def _open_rename(self, name: str) -> None:
        self.rename_field.open_for(name, self._header_rect(name))
        self.bubble.hide()

    def _header_rect(self, name: str) -> QRect:
        """Where the field that renames a node lies in the view."""
        item = self.scene.nodes[name]
        top = self.view.mapFromScene(item.pos())
        width = max(160, round(item.size[0] * self.view.zoom))
        return QRect(top, top + QPoint(width, max(28, round(HEADER * self.view.zoom))))

    def _open_menu(self, where: QPoint, hit: Hit) -> None:
        if hit.node is not None and hit.node not in self.scope.selection:
            self.scope.select((hit.node,))
        if hit.edge is not None:
            self.scope.select(())
            self.scene.select_edges({hit.edge})
        menu = build_menu(self, hit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def _reveal(self, *names: str) -> None:
        """Bring nodes into view if they are not."""
        self.view.reveal(self.scene.content_rect(names))

    def _zoom_to(self, zoom: float) -> None:
        self._follow_fit = False
        self.view.zoom_to(zoom)
