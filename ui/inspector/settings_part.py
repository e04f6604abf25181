"""The settings of a layer in the inspector, and what else is done to it there."""

from __future__ import annotations

import itertools
from typing import Any

from explorer.kind import LayerKind, show_shape
from explorer.layers import kind_of
from explorer.network import set_params
from explorer.source import DataProblem
from explorer.unroll import can_unroll
from ui.editor.commands import Commands
from ui.inspector.pieces import said
from ui.jobs import Waiting
from ui.param_form import ParamForm
from ui.scope import Scope
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Section

_COUNTER = itertools.count()


class SettingsPart(Section):
    """The params of layers of one kind, shown and changed for one of them at a time."""

    def __init__(self, document: Scope, commands: Commands, node_id: str) -> None:
        super().__init__("Settings")
        self._document, self._commands, self.node_id = document, commands, node_id
        node = document.network.node(node_id)
        self.form = ParamForm(kind_of(node.kind).params, node.params)
        self.form.changed.connect(self._set)
        self.take_shape = PushButton("Take the data's shape", "database-outline", scale="compact")
        self.take_shape.clicked.connect(self._take_data_shape)
        self.body.addWidget(self.form)
        self.body.addWidget(self.take_shape)
        self.unroll: PushButton | None = None
        if can_unroll(node):
            tip = "Put a layer per time step in its place, all with the same weights"
            self.unroll = PushButton("Unroll over time", "arrow-expand-horizontal", scale="compact", tip=tip)
            self.unroll.clicked.connect(self._unroll)
            self.body.addWidget(self.unroll)

    def show_node(self, node_id: str) -> None:
        """Show another layer of the same kind."""
        self.node_id = node_id
        self.form.set_values(self._document.network.node(node_id).params, discard=True)
        self.refresh()

    def refresh(self) -> None:
        """Show the layer as it is now."""
        self.form.set_values(self._document.network.node(self.node_id).params)
        self.form.offer("share", lambda: sharable(self._document, self.node_id))
        layer = self._document.resolved.layers[self.node_id]
        shape = data_shape(self._document) if not layer.kind.ports else None
        self.take_shape.setVisible(shape is not None and shape != layer.shape)
        if shape is not None:
            self.take_shape.setText(f"Take the data's shape, {show_shape(shape)}")
            self.take_shape.updateGeometry()

    def _set(self, name: str, value: Any) -> None:
        document = self._document
        if self.node_id not in document.network.by_id:
            return  # what was typed when the layer was deleted comes too late
        label = f"set {name.replace('_', ' ')} of {self.node_id}"
        kind = kind_of(document.network.node(self.node_id).kind)
        if kind.from_file and name in ("file", "layer"):
            # Until it is read, nothing is known of the file; what is read then belongs to the same edit.
            merge = f"file of {self.node_id} {next(_COUNTER)}"
            values = {name: value, "sha256": ""}
            document.edit_network(label, set_params(document.network, self.node_id, values), merge=merge)
            self._read_file(label, merge)
            return
        document.edit_network(label, set_params(document.network, self.node_id, {name: value}))

    def _read_file(self, label: str, merge: str) -> None:
        """Read the shapes of a backbone's file on another thread, and note them."""
        network, node = self._document.network, self.node_id
        kind, params = kind_of(network.node(node).kind), dict(network.node(node).params)
        asked = {param.name: params.get(param.name, param.default) for param in kind.params}
        if not asked["file"]:
            return

        def take(found: dict[str, Any]) -> None:
            now = self._document.network
            if node in now.by_id and now.node(node).params.get("file") == asked["file"]:
                self._document.edit_network(label, set_params(now, node, found), merge=merge)

        def refuse(error: Exception) -> None:
            if self.node_id == node:
                self.form.refuse("file", str(error))

        Waiting(self, lambda: kind.from_its_file(asked), take, refuse)

    def _unroll(self) -> None:
        sentence = said(lambda: self._commands.unroll((self.node_id,)))
        if sentence:
            self._document.refused.emit(sentence)

    def _take_data_shape(self) -> None:
        shape = data_shape(self._document)
        if shape is not None:
            self._set("shape", shape)


def has_settings(document: Scope, kind: LayerKind) -> bool:
    """Whether there is anything to set; an input inside a subnetwork has the shape of what is wired into that."""
    return bool(kind.params) and not kind.expands and not (document.path and not kind.ports)


def data_shape(document: Scope) -> tuple[int, ...] | None:
    """The shape of one example of the data; None if the data does not tell it."""
    params, problems = document.project.data.checked()
    if problems:
        return None
    try:
        return tuple(document.project.data.kind.shapes(params)[0])
    except DataProblem:
        return None


def sharable(document: Scope, node: str) -> list[str]:
    """The layers whose weights a layer can share: of its kind, with weights of their own, in the shapes it needs."""
    layers = document.resolved.layers
    layer = layers[node]
    known = tuple(shape for shape in layer.inputs if shape is not None)
    needed = layer.kind.weight_shapes(layer.params, known) if layer.shape is not None else None
    alike = [layers[name] for name in document.network.by_id if name != node and layers[name].kind is layer.kind]
    return [
        other.id for other in alike if other.weights and not other.params["share"] and needed in (None, other.weights)
    ]
