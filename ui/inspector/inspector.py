"""The inspector: shows what is selected, one layer, several, or the whole network."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

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
        body = QWidget()
        body.setProperty("role", "panel")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(body)
        self.shown: QWidget | None = None
        """The panel that is seen."""
        self._overviews: dict[bool, Overview] = {}
        """The ones about some layers and about all, kept while another is seen: their rows take longest to make."""
        self._any: NodePanel | None = None
        """The one about a layer, which can show any other that is no subnetwork."""
        self._about: object = None
        scope.selection_changed.connect(self._on_selection)
        scope.changed.connect(self._refresh)
        scope.opened.connect(self._on_opened)
        self._rebuild()

    def panel(self) -> NodePanel | None:
        """The panel of the one selected layer; None if there is no such."""
        return self.shown if isinstance(self.shown, NodePanel) else None

    def _on_selection(self, selection: tuple[str, ...]) -> None:
        if not self._shows(selection):
            self._rebuild()

    def _shows(self, selection: tuple[str, ...]) -> bool:
        """Whether the panel that is seen is about these nodes."""
        panel = self.panel()
        if panel is not None:
            return selection == (panel.node_id,)
        return isinstance(self.shown, Overview) and self.shown.chosen == selection

    def _on_opened(self) -> None:
        kept = (*self._overviews.values(), self._any)
        self._any = None
        self._overviews.clear()
        for panel in kept:
            if panel is not None and panel is not self.shown:
                panel.deleteLater()
        self._rebuild()

    def _refresh(self) -> None:
        panel = self.panel()
        node = self._document.network.by_id.get(panel.node_id) if panel else None
        if not self._shows(self._document.selection):
            self._rebuild()
        elif isinstance(self.shown, Overview):
            self.shown.refresh()
        elif panel is not None and node is not None and node.kind == panel.kind_id:
            panel.refresh()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        old, self.shown = self.shown, self._panel_for(self._document.selection)
        if old is not None and old is not self.shown:
            old.hide()
        self._column.addWidget(self.shown)
        self.shown.show()
        # At once, or its rows would be drawn in the room that the last panel needed.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        # The old panel may be what asked for this: it is let go once its own work is done.
        if old is not None and old not in (self.shown, self._any, *self._overviews.values()):
            old.deleteLater()
        about, self._about = self._about, self._subject()
        if about != self._about:
            self.verticalScrollBar().setValue(0)

    def _subject(self) -> object:
        """What is told of: a kind of layer, for layers of one kind are compared, or what is selected."""
        panel = self.panel()
        return panel.kind_id if panel is not None else self._document.selection

    def _panel_for(self, selection: tuple[str, ...]) -> QWidget:
        if len(selection) == 1:
            return self._panel_of(selection[0])
        if bool(selection) not in self._overviews:
            self._overviews[bool(selection)] = Overview(self._document)
        else:
            self._overviews[bool(selection)].refresh()
        return self._overviews[bool(selection)]

    def _panel_of(self, node_id: str) -> NodePanel:
        """The one that is there, for making one takes longer than an edit; for a subnetwork a new one."""
        expands = self._document.resolved.layers[node_id].kind.expands
        if self._any is not None and not expands:
            self._any.show_node(node_id, self._notation)
            return self._any
        panel = NodePanel(self._document, self._commands, node_id, self._notation)
        panel.notation_picked.connect(self._keep_notation)
        if not expands:
            self._any = panel
        return panel

    def _keep_notation(self, notation: str) -> None:
        self._notation = notation
