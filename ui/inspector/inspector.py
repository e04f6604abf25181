"""The inspector: shows what is selected, one layer, several, or the whole network."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.document import Document
from ui.editor.commands import Commands
from ui.editor.places import Places
from ui.inspector.node_panel import NodePanel
from ui.inspector.overview import Overview
from ui.scope import Scope


class Inspector(QScrollArea):
    """The right dock's content in Build."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = scope = Scope.of(document)
        self._commands = Commands(scope, Places(scope))
        self._notation = "element"
        self.setProperty("role", "panel")
        self.setAccessibleName("Inspector")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(240)
        scope.selection_changed.connect(self._on_selection)
        scope.changed.connect(self._refresh)
        scope.opened.connect(self._rebuild)
        self._rebuild()

    def panel(self) -> NodePanel | None:
        """The panel of the one selected layer; None if there is no such."""
        shown = self.widget()
        return shown if isinstance(shown, NodePanel) else None

    def _on_selection(self, selection: tuple[str, ...]) -> None:
        panel = self.panel()
        if panel is None or selection != (panel.node_id,):
            self._rebuild()

    def _refresh(self) -> None:
        panel = self.panel()
        node = self._document.network.by_id.get(panel.node_id) if panel else None
        if panel is not None and node is not None and node.kind == panel.kind_id:
            panel.refresh()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        selection = self._document.selection
        fresh: QWidget
        if len(selection) == 1:
            fresh = NodePanel(self._document, self._commands, selection[0], self._notation)
            fresh.notation_picked.connect(self._keep_notation)
        else:
            fresh = Overview(self._document)
        fresh.setProperty("role", "panel")
        fresh.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # The old panel may be what asked for this: it is let go once its own work is done.
        old = self.takeWidget()
        self.setWidget(fresh)
        if old is not None:
            old.hide()
            old.setParent(self)
            old.deleteLater()

    def _keep_notation(self, notation: str) -> None:
        self._notation = notation
