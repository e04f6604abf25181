"""Adding: the popup that adds a layer, opened where the layer is to go, and told what would fit there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Signal

from explorer.kind import show_shape
from explorer.layers import KINDS
from explorer.network import Edge, Position
from ui.editor import fitting
from ui.editor.add_popup import AddPopup
from ui.editor.commands import Commands, Link
from ui.editor.edits import USUAL_SIZE
from ui.editor.metrics import PORT_TOP
from ui.editor.view import EditorView
from ui.scope import Scope
from ui.templates import Shelf


class Adding(QObject):
    """Opens the popup at a point, at the loose end of a wire or on a wire, and adds what is chosen."""

    added = Signal(object)
    """What adds the chosen layer: a function, for the editor to call and to tell why it could not."""

    def __init__(self, document: Scope, commands: Commands, view: EditorView) -> None:
        super().__init__(view)
        self._document, self._commands, self._view = document, commands, view
        self.popup = AddPopup(view)
        self._shelf = Shelf.of(document.document)
        self.popup.choices = lambda: (*KINDS, *self._shelf.choices())
        self._add: Callable[[str], object] | None = None
        self.popup.chosen.connect(self._take)
        self.popup.closed.connect(view.setFocus)

    def open_here(self) -> None:
        """Offer layers where the pointer is, or in the middle."""
        pointer = self._view.mapFromGlobal(self._view.cursor().pos())
        over = self._view.underMouse() and self._view.rect().contains(pointer)
        self.open_at(self._view.mapToScene(pointer) if over else self._view.centre(), None)

    def open_at(self, where: QPointF, link: Link | None) -> None:
        """Offer layers at a point of the scene; with a link, those first that fit its end of a wire."""
        point = self._view.mapFromScene(where)
        if link is None:
            self._add = lambda kind_id: self._commands.drop(kind_id, (where.x(), where.y()))
            self.popup.open_at(point)
            return
        place = self._place_for(where, link[1] < 0)
        self._add = lambda kind_id: self._commands.add_linked(kind_id, place, link)
        resolved = self._document.resolved
        fits = fitting.fits_for(resolved, link)
        if link[1] < 0:
            fits |= fitting.templates_behind(self._shelf.choices(), resolved, link[0])
        heading = f"Takes {self._shape(link[0])}" if link[1] < 0 else f"Gives what {link[0]} takes"
        self.popup.open_at(point, fits, heading)

    def open_on(self, edge: Edge) -> None:
        """Offer layers to put into a wire."""
        way = self._view.editor_scene().wires[edge].points
        self._add = lambda kind_id: self._commands.drop(kind_id, (0.0, 0.0), edge)
        resolved = self._document.resolved
        fits = fitting.between(resolved, edge.source, edge.target, edge.port)
        fits |= fitting.templates_behind(self._shelf.choices(), resolved, edge.source, edge)
        heading = f"Fits between {edge.source} and {edge.target}"
        self.popup.open_at(self._view.mapFromScene((way[0] + way[-1]) / 2), fits, heading)

    def _place_for(self, where: QPointF, reading: bool) -> Position:
        """Where a layer lies whose input (``reading``) or output is at a point."""
        width, height = USUAL_SIZE
        if self._document.network.flow == "down":
            return (where.x() - width / 2, where.y() if reading else where.y() - height)
        return (where.x() if reading else where.x() - width, where.y() - PORT_TOP)

    def _shape(self, node: str) -> str:
        return show_shape(self._document.resolved.layers[node].shape)

    def _take(self, kind_id: str) -> None:
        add = self._add
        if add is not None:
            self.added.emit(lambda: add(kind_id))
