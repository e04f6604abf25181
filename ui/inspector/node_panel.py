"""What the inspector shows of one layer: settings, shapes, formula, parameters, problems, note."""

from __future__ import annotations

import itertools
import math
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.layers import kind_of
from explorer.network import set_details, set_params
from explorer.project.check import number_bytes
from explorer.resolve import Layer, Problem
from explorer.source import DataProblem
from explorer.tally import tally
from explorer.unroll import can_unroll
from ui import theme
from ui.editor.commands import Commands
from ui.editor.look import icon_name
from ui.formula import FormulaLabel
from ui.inspector.figures import Figure, FigureRows, MonoLabel, ShapeRow, cost_figures
from ui.inspector.formulas import formulas_of
from ui.inspector.header import Header
from ui.inspector.pieces import ProblemRow, WeightsPicture, said
from ui.inspector.subnetwork_part import SubnetworkPart
from ui.jobs import Waiting
from ui.param_form import ParamForm
from ui.scope import Scope
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Section, empty
from ui.widgets.segmented import SegmentedControl
from ui.widgets.text import TextLabel

_COUNTER = itertools.count()


class NodePanel(QWidget):
    """One layer of the document; it is made for a node of one kind, and updated as the network changes."""

    notation_picked = Signal(str)
    """Element or matrix was chosen: the next panel shows the same."""

    def __init__(self, document: Scope, commands: Commands, node_id: str, notation: str) -> None:
        super().__init__()
        self._document, self._commands, self.node_id = document, commands, node_id
        self._merge = ""
        layer = document.resolved.layers[node_id]
        self.kind_id = layer.kind.id
        self.header = Header(icon_name(layer.kind.icon), layer.kind.title, layer.kind.help, self._rename)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self.problems = _part(self, "Problems")
        self._problems: list[Problem] | None = None
        self._add_settings(layer)
        self.inside = SubnetworkPart(document, commands, node_id) if layer.kind.expands else None
        if self.inside is not None:
            self._column.addWidget(self.inside)
        self.shapes = _part(self, "Shape")
        self._shape, self._inputs = ShapeRow(), FigureRows(8)
        self.shapes.body.addWidget(self._shape)
        self.shapes.body.addWidget(self._inputs)
        self._add_formula(notation)
        self.parameters = _part(self, "Parameters")
        self._total = MonoLabel("", "", True)
        self.parameters.body.setSpacing(2)
        self.parameters.add_right(self._total)
        self._whose = TextLabel("", "secondary", wrap=True)
        self._arrays, self._picture = FigureRows(), QVBoxLayout()
        self._pictured: NDArray[Any] | None = None
        self.parameters.body.addWidget(self._whose)
        self.parameters.body.addWidget(self._arrays)
        self.parameters.body.addLayout(self._picture)
        self.costs, self._costs = _part(self, "Cost per example"), FigureRows()
        self.costs.body.addWidget(self._costs)
        self._add_note()
        self._column.addStretch(1)
        self.refresh()

    @property
    def serves_any(self) -> bool:
        """Whether it can show another layer of the same kind: nothing in it belongs to the one layer."""
        return self.inside is None and not kind_of(self.kind_id).from_file

    def show_node(self, node_id: str, notation: str) -> None:
        """Show another layer of the same kind; what is still being typed is taken for the layer before."""
        focused = self.focusWidget()
        if focused is not None and focused.hasFocus():
            focused.clearFocus()
        self.node_id = node_id
        self.switch.set_current(notation)
        if self.form is not None:
            self.form.set_values(self._document.network.node(node_id).params, discard=True)
        self.refresh()

    def refresh(self) -> None:
        """Show the layer as it is now."""
        layer = self._document.resolved.layers[self.node_id]
        self.header.name.show_name(self.node_id)
        if self.form is not None:
            self.form.set_values(self._document.network.node(self.node_id).params)
            self.form.offer("share", lambda: sharable(self._document, self.node_id))
        if self.inside is not None:
            self.inside.refresh()
        self._show_problems()
        self._show_shapes(layer)
        self._show_formula()
        self._show_parameters(layer)
        self._show_costs(layer)
        self._show_data_shape(layer)
        note = self._document.network.node(self.node_id).note
        if self.note.toPlainText() != note:
            with QSignalBlocker(self.note):
                self.note.setPlainText(note)

    def _add_settings(self, layer: Layer) -> None:
        self.form: ParamForm | None = None
        self.take_shape = PushButton("Take the data's shape", "database-outline", scale="compact")
        self.take_shape.clicked.connect(self._take_data_shape)
        if not layer.kind.params or layer.kind.expands or (self._document.path and not layer.kind.ports):
            self.take_shape.setParent(self)
            self.take_shape.hide()
            return
        section = _part(self, "Settings")
        self.form = ParamForm(layer.kind.params, self._document.network.node(self.node_id).params)
        self.form.changed.connect(self._set)
        section.body.addWidget(self.form)
        section.body.addWidget(self.take_shape)
        if can_unroll(self._document.network.node(self.node_id)):
            tip = "Put a layer per time step in its place, all with the same weights"
            self.unroll = PushButton("Unroll over time", "arrow-expand-horizontal", scale="compact", tip=tip)
            self.unroll.clicked.connect(self._unroll)
            section.body.addWidget(self.unroll)

    def _add_formula(self, notation: str) -> None:
        self.switch = SegmentedControl((("element", "Element"), ("matrix", "Matrix")), name="Notation of the formula")
        self.switch.set_current(notation)
        self.switch.picked.connect(self._pick_notation)
        self.formula_part = _part(self, "Formula")
        self.formula_part.add_right(self.switch)
        well = QFrame()
        well.setProperty("role", "well")
        inside = QVBoxLayout(well)
        inside.setContentsMargins(8, 12, 8, 12)
        self.formula = FormulaLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self.formula)
        self.formula_part.body.addWidget(well)

    def _add_note(self) -> None:
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("A note about this layer")
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.setFont(theme.text_font(13))
        self.note.setFixedHeight(64)
        self.note.installEventFilter(self)
        _part(self, "Note", separated=False).body.addWidget(self.note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.note and event.type() == QEvent.Type.FocusOut:
            self._take_note()
        return super().eventFilter(watched, event)

    def _rename(self, name: str) -> str:
        return said(lambda: self._commands.rename(self.node_id, name))

    def _set(self, name: str, value: Any) -> None:
        document = self._document
        if self.node_id not in document.network.by_id:
            return  # what was typed when the layer was deleted comes too late
        label = f"set {name.replace('_', ' ')} of {self.node_id}"
        kind = kind_of(document.network.node(self.node_id).kind)
        if kind.from_file and name in ("file", "layer"):
            # Until it is read, nothing is known of the file; what is read then belongs to the same edit.
            self._merge = f"file of {self.node_id} {next(_COUNTER)}"
            values = {name: value, "sha256": ""}
            document.edit_network(label, set_params(document.network, self.node_id, values), merge=self._merge)
            self._read_file(label)
            return
        document.edit_network(label, set_params(document.network, self.node_id, {name: value}))

    def _read_file(self, label: str) -> None:
        """Read the shapes of a backbone's file on another thread, and note them."""
        network = self._document.network
        kind, params = kind_of(network.node(self.node_id).kind), dict(network.node(self.node_id).params)
        asked = {param.name: params.get(param.name, param.default) for param in kind.params}
        if not asked["file"]:
            return

        def take(found: dict[str, Any]) -> None:
            now = self._document.network
            if self.node_id not in now.by_id or now.node(self.node_id).params.get("file") != asked["file"]:
                return
            self._document.edit_network(label, set_params(now, self.node_id, found), merge=self._merge)

        def refuse(error: Exception) -> None:
            if self.form is not None:
                self.form.refuse("file", str(error))

        Waiting(self, lambda: kind.from_its_file(asked), take, refuse)

    def _unroll(self) -> None:
        sentence = said(lambda: self._commands.unroll((self.node_id,)))
        if sentence:
            self._document.refused.emit(sentence)

    def _take_note(self) -> None:
        document, note = self._document, self.note.toPlainText()
        if self.node_id in document.network.by_id and note != document.network.node(self.node_id).note:
            document.edit_network(f"note on {self.node_id}", set_details(document.network, self.node_id, note=note))

    def _take_data_shape(self) -> None:
        shape = data_shape(self._document)
        if shape is not None:
            self._set("shape", shape)

    def _pick_notation(self, notation: str) -> None:
        self._show_formula()
        self.notation_picked.emit(notation)

    def _show_problems(self) -> None:
        found = [problem for problem in self._document.problems if problem.node == self.node_id]
        if found == self._problems:
            return
        self._problems = found
        empty(self.problems.body)
        for problem in found:
            row = ProblemRow(problem)
            row.fix_wanted.connect(lambda node, fix: said(lambda: self._commands.fix(node, fix)))
            self.problems.body.addWidget(row)
        self.problems.setVisible(bool(found))

    def _show_shapes(self, layer: Layer) -> None:
        goes = show_shape(layer.shape)
        several = len(layer.inputs) > 1
        inputs = zip(layer.sources, layer.inputs, strict=True) if several else ()
        out = [Figure("out", goes, strong=True)] if several else []
        self._inputs.show_figures([*(Figure(source, show_shape(shape)) for source, shape in inputs), *out])
        came = show_shape(layer.inputs[0] if layer.inputs else None) if layer.kind.ports else ""
        self._shape.show_shapes(came, goes)
        self._shape.setVisible(not several)

    def _show_formula(self) -> None:
        layer = self._document.resolved.layers[self.node_id]
        found = formulas_of(layer)
        self.formula_part.setVisible(bool(found))
        if found:
            self.formula.set_tex(found.get(self.switch.current(), ""))

    def _show_parameters(self, layer: Layer) -> None:
        self.parameters.setVisible(bool(layer.parameters or layer.owner))
        self._total.setText(f"{layer.parameters:,}")
        frozen = "Frozen: training does not change them." if layer.frozen else ""
        self._whose.setText(f"It has the weights of {layer.owner}." if layer.owner else frozen)
        self._whose.setVisible(bool(self._whose.text()))
        arrays = layer.weights.items()
        self._arrays.show_figures([Figure(f"{n} {show_shape(shape)}", f"{math.prod(shape):,}") for n, shape in arrays])
        name = next(iter(layer.weights), "")
        weights = self._document.project.weights.get(f"{self.node_id}.{name}")
        if weights is not self._pictured:
            self._pictured = weights
            empty(self._picture)
            if weights is not None:
                self._picture.addWidget(WeightsPicture(name, weights))

    def _show_costs(self, layer: Layer) -> None:
        self.costs.setVisible(layer.shape is not None)
        self._costs.show_figures(cost_figures(tally((layer,)), number_bytes(self._document.project)))

    def _show_data_shape(self, layer: Layer) -> None:
        shape = data_shape(self._document) if not layer.kind.ports else None
        self.take_shape.setVisible(self.form is not None and shape is not None and shape != layer.shape)
        if shape is not None:
            self.take_shape.setText(f"Take the data's shape, {show_shape(shape)}")
            self.take_shape.updateGeometry()


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


def _part(panel: QWidget, title: str, separated: bool = True) -> Section:
    section = Section(title, separated=separated)
    layout = panel.layout()
    if layout is not None:
        layout.addWidget(section)
    return section
