"""The editor: the canvas with what lies over it, and the methods by which the rest of the window asks for edits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.kind import Fix
from explorer.network import Edge, NetworkError
from explorer.resolve import Problem
from ui.document import Document
from ui.editor.actions import build_actions, build_menu
from ui.editor.add_popup import AddPopup
from ui.editor.bubble import Bubble
from ui.editor.camera import ZOOM_STEP
from ui.editor.clipboard import ClipboardError
from ui.editor.commands import Commands, Link
from ui.editor.look import counts_text
from ui.editor.metrics import HEADER
from ui.editor.minimap import Minimap
from ui.editor.places import Places
from ui.editor.rename_field import RenameField
from ui.editor.scene import EditorScene, Hit
from ui.editor.strip import ProblemStrip
from ui.editor.toolbar import Tools, ZoomBar
from ui.editor.view import EditorView
from ui.scope import Scope
from ui.widgets.containers import EmptyState
from ui.widgets.text import TextLabel

_EDGE = 12
_TOP, _BOTTOM = 56, 40
_SMALLEST_FOR_BUBBLE = 0.5


class Editor(QWidget):
    """Shows the document's network and lets a person build it."""

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
        self.tools, self.zoom_bar = Tools(self.view), ZoomBar(self.view)
        self.counts = TextLabel("", "caption", parent=self.view)
        self.counts.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.minimap = Minimap(self.scene, self.view)
        self.bubble = Bubble(self.view)
        self.popup = AddPopup(self.view)
        self.strip = ProblemStrip(self)
        self.empty = EmptyState(
            "graph-outline", "No layers yet",
            "Drag a layer here from the list at the left, or press Tab and type its name.", "Add an input", self.view,
        )  # fmt: skip
        self.rename_field = RenameField(self.commands.rename, self.view)
        self._chosen: Callable[[str], object] | None = None
        self._follow_fit = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.strip)
        self.setFocusProxy(self.view)
        self.actions_by_id = build_actions(self)
        self._connect()
        self._refresh()

    def add_kind(self, kind_id: str) -> None:
        """Add a layer behind the selected one and wired to it, or in the middle of what is seen."""
        chosen = self.scope.selection
        middle = self.view.centre()
        after = chosen[0] if len(chosen) == 1 else None
        name = self.commands.add(kind_id, (middle.x() - 64, middle.y() - 48), after)
        self._reveal(name)

    def delete_selection(self) -> None:
        """Take out what is selected."""
        self.commands.delete(self.scope.selection, self.scene.selected_edges)

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
        """Add the layers on the clipboard, where the pointer is if it is over the canvas."""
        pointer = self.view.mapFromGlobal(self.view.cursor().pos())
        over = self.view.rect().contains(pointer) and self.view.underMouse()
        where = self.view.mapToScene(pointer)
        self._attempt(lambda: self.commands.paste((where.x(), where.y()) if over else None))

    def duplicate(self) -> None:
        """Add a copy of the selected nodes."""
        self.commands.duplicate(self.scope.selection)

    def arrange(self) -> None:
        """Lay all nodes out anew and show them."""
        self.commands.arrange()
        self.fit()

    def fit(self) -> None:
        """Show the whole network."""
        self.view.fit(self.scene.content_rect(), _TOP, _BOTTOM)
        self._follow_fit = True

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
        """Select a node and bring it to the middle; nothing happens if there is none of this id."""
        if node_id in self.scene.nodes:
            self._follow_fit = False
            self.scope.select((node_id,))
            self.view.centre_on(self.scene.nodes[node_id].box().center())

    def rename_selected(self) -> None:
        """Let a person rename the selected node where it stands."""
        if len(self.scope.selection) == 1:
            self._open_rename(self.scope.selection[0])

    def apply_fix(self, node_id: str, fix: Fix) -> None:
        """Apply a fix of a node's problem."""
        self._attempt(lambda: self.commands.fix(node_id, fix))

    def open_add_popup(self) -> None:
        """Let a person choose a layer to add, where the pointer is or in the middle."""
        pointer = self.view.mapFromGlobal(self.view.cursor().pos())
        over = self.view.underMouse() and self.view.rect().contains(pointer)
        self._offer(self.view.mapToScene(pointer) if over else self.view.centre(), None)

    def open_insert_popup(self, edge: Edge) -> None:
        """Let a person choose a layer to put into a wire."""
        way = self.scene.wires[edge].points
        self._chosen = lambda kind_id: self.commands.drop(kind_id, (0.0, 0.0), edge)
        self.popup.open_at(self.view.mapFromScene((way[0] + way[-1]) / 2))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)
        self._arrange_overlays()

    def hideEvent(self, event: QHideEvent) -> None:
        self.popup.close_popup()
        self.seen.emit(False)
        super().hideEvent(event)

    def _connect(self) -> None:
        view, scope = self.view, self.scope
        scope.changed.connect(self._refresh)
        scope.opened.connect(self._on_opened)
        scope.selection_changed.connect(self._place_bubble)
        self.scene.laid_out.connect(self._place_bubble)
        view.moved.connect(self._on_moved)
        view.resized.connect(self._arrange_overlays)
        view.touched.connect(self._on_touched)
        view.steered.connect(self._on_touched)
        view.layers_offered.connect(self._offer)
        view.rename_wanted.connect(self._open_rename)
        view.menu_wanted.connect(self._open_menu)
        self.popup.chosen.connect(self._take_kind)
        self.popup.closed.connect(view.setFocus)
        self.rename_field.closed.connect(view.setFocus)
        self.bubble.fix_wanted.connect(self.apply_fix)
        self.strip.fix_wanted.connect(self.apply_fix)
        self.strip.show_wanted.connect(self.focus_node)
        self.empty.acted.connect(lambda: self.add_kind("input"))
        self.tools.hand_changed.connect(view.set_hand)
        self.tools.add_wanted.connect(self.open_add_popup)
        self.tools.arrange_wanted.connect(self.arrange)
        self.zoom_bar.out_wanted.connect(self.zoom_out)
        self.zoom_bar.in_wanted.connect(self.zoom_in)
        self.zoom_bar.whole_wanted.connect(self.zoom_whole)
        self.zoom_bar.fit_wanted.connect(self.fit)

    def _on_opened(self) -> None:
        self._follow_fit = True
        self._refresh()
        self._arrange_overlays()

    def _on_touched(self) -> None:
        self._follow_fit = False
        self.view.show_note("", QPointF())
        self.popup.close_popup()

    def _on_moved(self) -> None:
        self.zoom_bar.show_zoom(self.view.zoom)
        if self.rename_field.isVisible() and self.rename_field.name in self.scene.nodes:
            self.rename_field.setGeometry(self._header_rect(self.rename_field.name))
        self._place_bubble()

    def _refresh(self) -> None:
        """Show what has changed beside the canvas."""
        empty = not self.scope.network.nodes
        self.counts.setText(counts_text(self.scope.network, self.scope.resolved))
        self.counts.adjustSize()
        self.counts.setVisible(not empty)
        self.empty.setVisible(empty)
        self.strip.tell([] if empty else self.scope.problems)
        if self._follow_fit and not self.view.visible_rect().contains(self.scene.content_rect()):
            self.fit()
        self._place_bubble()

    def _arrange_overlays(self) -> None:
        """Put what lies over the canvas where it belongs at the present size."""
        width, height = self.view.width(), self.view.height()
        self.tools.adjustSize()
        self.zoom_bar.adjustSize()
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
        item = self.scene.nodes.get(problem.node or "") if problem else None
        if item is None or self.view.zoom < _SMALLEST_FOR_BUBBLE or self.rename_field.isVisible():
            self.bubble.hide()
            return
        self.bubble.tell(problem)
        box = item.box()
        tip = self.view.mapFromScene(QPointF(box.center().x(), box.bottom() + 4))
        self.bubble.point_at(QPointF(tip))
        self.bubble.setVisible(self.view.visible_rect().intersects(box))

    def _told_problem(self) -> Problem | None:
        placed = [problem for problem in self.scope.problems if problem.node in self.scene.nodes]
        chosen = [problem for problem in placed if problem.node in self.scope.selection]
        return next(iter(chosen or placed), None)

    def _offer(self, where: QPointF, link: Link | None) -> None:
        place = (where.x(), where.y() - 60)
        if link is None:
            self._chosen = lambda kind_id: self.commands.drop(kind_id, (where.x(), where.y()))
        else:
            self._chosen = lambda kind_id: self.commands.add_linked(kind_id, place, link)
        self.popup.open_at(self.view.mapFromScene(where))

    def _take_kind(self, kind_id: str) -> None:
        if self._chosen is not None:
            self._follow_fit = False
            self._attempt(lambda: self._chosen(kind_id) if self._chosen else None)

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
        build_menu(self, hit).popup(where)

    def _reveal(self, name: str) -> None:
        """Bring a node into view if it is not."""
        self.view.reveal(self.scene.nodes[name].box())

    def _zoom_to(self, zoom: float) -> None:
        self._follow_fit = False
        self.view.zoom_to(zoom)

    def _attempt(self, command: Callable[[], object]) -> None:
        """Do it; say why if it cannot be done."""
        try:
            command()
        except (NetworkError, ClipboardError) as error:
            self.view.show_note(str(error), self.view.centre())
