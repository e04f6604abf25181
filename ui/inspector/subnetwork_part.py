"""What the inspector shows of a subnetwork beside what every layer has: its template, and what is inside."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.layers import kind_of
from explorer.network import set_params
from explorer.templates import use_counts
from ui.editor.commands import Commands
from ui.inspector.overview import LayerRow
from ui.inspector.pieces import said
from ui.scope import Scope
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Section, empty
from ui.widgets.fields import ChoiceField
from ui.widgets.text import TextLabel, tooltip

_MOST_ROWS = 50


class SubnetworkPart(QWidget):
    """The template with the uses of it, buttons for what can be done, and a row for each layer inside."""

    def __init__(self, scope: Scope, commands: Commands, node_id: str) -> None:
        super().__init__()
        self._scope, self._commands, self._node = scope, commands, node_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        settings, self._inside = Section("Template"), Section("Inside")
        self._inside.body.setSpacing(0)
        self._inside.body.setContentsMargins(8, 8, 8, 12)
        column.addWidget(settings)
        column.addWidget(self._inside)
        self.template = ChoiceField(())
        self.template.setToolTip(tooltip("The network that this stands for"))
        self.template.setAccessibleName("Template")
        self.template.committed.connect(self._choose)
        self.uses = TextLabel("", "secondary", wrap=True)
        self.open = PushButton("Open", "open-in-app", scale="compact", keys="Enter", tip="Show what is inside")
        self.unique = PushButton("Make unique", scale="compact", tip="Give it a template of its own")
        self.ungroup = PushButton("Ungroup", scale="compact", tip="Put its layers in its place", keys="")
        self.ungroup.setToolTip(tooltip("Put its layers in its place", "Ctrl+Shift+G"))
        self.open.clicked.connect(lambda: self._do(lambda: scope.enter(node_id)))
        self.unique.clicked.connect(lambda: self._do(lambda: commands.make_unique((node_id,))))
        self.ungroup.clicked.connect(lambda: self._do(lambda: commands.ungroup((node_id,))))
        settings.body.addWidget(self.template)
        settings.body.addWidget(self.uses)
        for pair in ((self.open,), (self.unique, self.ungroup)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in pair:
                row.addWidget(button)
            row.addStretch(1)
            settings.body.addLayout(row)

    def refresh(self) -> None:
        """Show the template and what is inside as they are now."""
        network = self._scope.network
        name = network.node(self._node).params.get("template", "")
        with QSignalBlocker(self.template):
            self.template.clear()
            for template in network.templates:
                self.template.addItem(template, template)
            if name not in network.templates:
                self.template.addItem(name, name)
        self.template.show_text(name)
        known = name in network.templates
        count = use_counts(self._scope.document.network)[name]
        shared = f"{count} subnetworks stand for it: a change inside changes them all."
        self.uses.setText(("" if count == 1 else shared) if known else "The project has no such template.")
        self.uses.setVisible(bool(self.uses.text()))
        self.open.setEnabled(known)
        self.unique.setEnabled(known and count > 1)
        self.ungroup.setEnabled(known)
        self._list()

    def _list(self) -> None:
        empty(self._inside.body)
        scope = self._scope
        prefix = f"{scope.prefix}{self._node}/"
        template = scope.network.templates.get(scope.network.node(self._node).params.get("template", ""))
        names = [node.id for node in template.nodes if kind_of(node.kind).ports] if template else []
        layers = [layer for name in names if (layer := scope.document.resolved.layers.get(prefix + name)) is not None]
        for layer in layers[:_MOST_ROWS]:
            row = LayerRow(layer, layer.id[len(prefix) :])
            row.picked.connect(lambda _name, full=layer.id: scope.show_layer(full))
            self._inside.body.addWidget(row)
        if len(layers) > _MOST_ROWS:
            self._inside.body.addWidget(TextLabel(f"and {len(layers) - _MOST_ROWS:,} more", "caption"))
        self._inside.setVisible(bool(layers))

    def _choose(self, template: str) -> None:
        scope = self._scope
        after = set_params(scope.network, self._node, {"template": template})
        self._do(lambda: scope.edit_network(f"set template of {self._node}", after))
        self.refresh()

    def _do(self, command: Callable[[], object]) -> None:
        sentence = said(command)
        if sentence:
            self._scope.refused.emit(sentence)
