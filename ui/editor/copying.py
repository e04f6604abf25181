"""Copying: the commands that go by way of the clipboard, and duplicating."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtGui import QGuiApplication

from explorer.network import Network, Node, Position, remove
from explorer.rewire import add_part, part
from ui.editor import clipboard
from ui.editor.edits import Edits, what
from ui.editor.layout import snap

_PASTE_STEP = 24.0


class Copying(Edits):
    """Copy, cut, paste, duplicate."""

    def copy(self, node_ids: Collection[str]) -> None:
        """Put nodes on the clipboard; with none nothing is changed there."""
        if node_ids:
            QGuiApplication.clipboard().setMimeData(clipboard.mime_data(part(self._places.pinned(), node_ids)))

    def cut(self, node_ids: Collection[str]) -> None:
        """Put nodes on the clipboard and take them out."""
        if node_ids:
            self.copy(node_ids)
            self._edit(f"cut {what(node_ids)}", remove(self._places.pinned(), node_ids))

    def paste(self, at: Position | None = None) -> None:
        """Add what is on the clipboard, its upper left corner at a place; raises ClipboardError."""
        self._add_copies("paste", clipboard.read(QGuiApplication.clipboard().mimeData()), at)

    def duplicate(self, node_ids: Collection[str]) -> None:
        """Add a copy of nodes and the wires between them, beside them."""
        copied = part(self._places.pinned(), node_ids)
        if copied.nodes:
            self._add_copies("duplicate", copied, None)

    def _add_copies(self, verb: str, copied: Network, at: Position | None) -> None:
        offset = self._offset(copied.nodes, at)
        after, names = add_part(self._places.pinned(), copied, offset)
        self._edit(f"{verb} {what(list(names))}", after, tuple(names.values()))

    def _offset(self, nodes: Iterable[Node], at: Position | None) -> Position:
        """How far copies are moved: to a place, or as many steps aside as it takes to cover no node exactly."""
        places = [node.position for node in nodes if node.position is not None]
        if not places:
            return (0, 0)
        left, top = min(x for x, _ in places), min(y for _, y in places)
        if at is not None:
            return snap((at[0] - left, at[1] - top))
        taken = set(self._places.positions.values())
        step = _PASTE_STEP
        while any((x + step, y + step) in taken for x, y in places):
            step += _PASTE_STEP
        return (step, step)
