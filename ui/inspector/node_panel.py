"""What the inspector shows of one layer: settings, shapes, formula, parameters, problems, note."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.layers import kind_of
from explorer.network import set_details
from explorer.project.check import number_bytes
from explorer.resolve import Layer, Problem
from explorer.tally import tally
from ui import theme
from ui.editor.commands import Commands
from ui.editor.look import icon_name
from ui.formula import FormulaLabel
from ui.inspector.figures import Figure, FigureRows, MonoLabel, ShapeRow, cost_figures
from ui.inspector.formulas import formulas_of
from ui.inspector.header import Header
from ui.inspector.pieces import ProblemRow, WeightsPicture, said
from ui.inspector.settings_part import SettingsPart, has_settings
from ui.inspector.subnetwork_part import SubnetworkPart
from ui.scope import Scope
from ui.widgets.containers import Section, empty
from ui.widgets.segmented import SegmentedControl
from ui.widgets.text import TextLabel


class NodePanel(QWidget):
    """One layer of the document, updated as the network changes; it can show any other that is no subnetwork."""

    notation_picked = Signal(str)
    """Element or matrix was chosen: the next panel shows the same."""

    def __init__(self, document: Scope, commands: Commands, node_id: str, notation: str) -> None:
        super().__init__()
        self._document, self._commands, self.node_id = document, commands, node_id
        layer = document.resolved.layers[node_id]
        self.kind_id = layer.kind.id
        self.header = Header(self._rename)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self.problems = _part(self, "Problems")
        self._problems: list[Problem] | None = None
        self._place = QVBoxLayout()
        self._column.addLayout(self._place)
        self.settings: SettingsPart | None = None
        """What can be set of the layer, if anything."""
        self._kept: dict[str, SettingsPart] = {}
        """The parts that were made, by kind: to make one takes longer than an edit."""
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
        self._show_settings()
        self.refresh()

    def show_node(self, node_id: str, notation: str) -> None:
        """Show another layer; what is still being typed is taken for the layer before."""
        focused = self.focusWidget()
        if focused is not None and focused.hasFocus():
            focused.clearFocus()
        self.node_id = node_id
        self.switch.set_current(notation)
        self._show_settings()
        self.refresh()

    def _show_settings(self) -> None:
        """Show the kind of the layer, and what can be set of it."""
        kind = kind_of(self._document.network.node(self.node_id).kind)
        self.kind_id = kind.id
        self.header.show_kind(icon_name(kind.icon), kind.title, kind.help)
        old, self.settings = self.settings, None
        if has_settings(self._document, kind):
            self.settings = self._kept.get(kind.id)
            if self.settings is None:
                self.settings = self._kept[kind.id] = SettingsPart(self._document, self._commands, self.node_id)
                self._place.addWidget(self.settings)
                _walk_to(self.settings, self.problems if self._problems else self.header)
            self.settings.show_node(self.node_id)
        if old is not None and old is not self.settings:
            old.hide()
        if self.settings is not None:
            self.settings.show()

    def refresh(self) -> None:
        """Show the layer as it is now."""
        layer = self._document.resolved.layers[self.node_id]
        self.header.name.show_name(self.node_id)
        if self.settings is not None:
            self.settings.refresh()
        if self.inside is not None:
            self.inside.refresh()
        self._show_problems()
        self._show_shapes(layer)
        self._show_formula()
        self._show_parameters(layer)
        self._show_costs(layer)
        note = self._document.network.node(self.node_id).note
        if self.note.toPlainText() != note:
            with QSignalBlocker(self.note):
                self.note.setPlainText(note)

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

    def _take_note(self) -> None:
        document, note = self._document, self.note.toPlainText()
        if self.node_id in document.network.by_id and note != document.network.node(self.node_id).note:
            document.edit_network(f"note on {self.node_id}", set_details(document.network, self.node_id, note=note))

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
        _walk_to(self.problems, self.header)
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
                picture = WeightsPicture(name, weights)
                self._picture.addWidget(picture)
                picture.show()

    def _show_costs(self, layer: Layer) -> None:
        self.costs.setVisible(layer.shape is not None)
        self._costs.show_figures(cost_figures(tally((layer,)), number_bytes(self._document.project)))


def _walk_to(part: QWidget, behind: QWidget) -> None:
    """Let Tab lead from one part to another that was made later."""
    last = next(iter(reversed(_stops(behind))), behind)
    for widget in _stops(part):
        QWidget.setTabOrder(last, widget)
        last = widget


def _stops(part: QWidget) -> list[QWidget]:
    """Where Tab stops within a part; a list that drops down is a window of its own."""
    inside = (widget for widget in part.findChildren(QWidget) if widget.window() is part.window())
    return [widget for widget in inside if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _part(panel: QWidget, title: str, separated: bool = True) -> Section:
    section = Section(title, separated=separated)
    layout = panel.layout()
    if layout is not None:
        layout.addWidget(section)
    return section
