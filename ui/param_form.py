"""A form made from Params: one row per setting, checked by the Param itself as soon as a value is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.array_params import PaddingParam, PairParam, RowsParam
from explorer.output_settings import TargetParam
from explorer.params import BoolParam, ChoiceParam, FileParam, FloatParam, IntParam, NodeParam, Param, ParamError
from ui.widgets.containers import Collapsible
from ui.widgets.fields import ChoiceField, LineField, NumberField, PairField, SwitchField, TableField
from ui.widgets.file_field import FileField
from ui.widgets.help_text import help_html
from ui.widgets.node_field import NodeField
from ui.widgets.text import TextLabel, role_font, tooltip

AnyEditor = LineField | FileField | PairField | ChoiceField | SwitchField | TableField

LABEL_WIDTH = 80
NARROW_LABEL_WIDTH = 65
FIELD_WIDTH = 152
_LONGEST_TITLE = 3


class ParamForm(QWidget):
    """Labels at the left, fields at the right, groups and advanced settings folded away.

    ``changed`` tells the name and the checked value when a person has changed one; a value that the Param refuses stays
    typed, with the Param's sentence below, and nothing is told. ``fill`` makes fields as wide as the form.
    """

    changed = Signal(str, object)

    def __init__(
        self,
        params: Sequence[Param],
        values: Mapping[str, Any] | None = None,
        fill: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._values: Mapping[str, Any] = values or {}
        self._offers: dict[str, Callable[[], Sequence[str]]] = {}
        self._folds: dict[str, _Fold] = {}
        """The part that a setting is folded away in, by its name."""
        self._label_width = _label_width(params, fill)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._grid([param for param in params if not (param.advanced or param.group)], fill))
        for title, folded in _folds(params).items():
            fold = _Fold(partial(self._grid, folded, fill))
            self._folds |= {param.name: fold for param in folded}
            column.addWidget(Collapsible(title, fold))
        self.set_values(self._values)

    def set_values(self, values: Mapping[str, Any], discard: bool = False) -> None:
        """Show ``values`` (and the default of each that is left out) without telling anyone.

        What is being typed stays as long as the value below it is the same, unless ``discard`` says otherwise.
        """
        self._values = values
        for name, row in self._rows.items():
            row.show_value(values.get(name, row.param.default), discard)

    def offer(self, name: str, layers: Callable[[], Sequence[str]]) -> None:
        """Let a field that names a layer offer these; other fields and names that are none are left alone.

        They are asked for once there is such a field: it may be folded away, and there may be thousands of layers.
        """
        self._offers[name] = layers
        row = self._rows.get(name)
        if row is not None and isinstance(row.editor, NodeField):
            row.editor.offer(layers())

    def field(self, name: str) -> AnyEditor:
        """The editor of one setting; raises KeyError for a name that is none."""
        return self._row(name).editor

    def refuse(self, name: str, sentence: str) -> None:
        """Say what is wrong with a value that was taken; an empty sentence takes that back."""
        self._row(name).say(sentence)

    def problem(self, name: str) -> str:
        """The sentence below a field, or an empty text."""
        return self._row(name).message.text()

    def _row(self, name: str) -> _Row:
        """The row of a setting, which may be folded away; raises KeyError."""
        if name not in self._rows and name in self._folds:
            self._folds[name].fill()
        return self._rows[name]

    def _grid(self, params: Sequence[Param], fill: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, self._label_width)
        grid.setColumnStretch(1, 1)
        for index, param in enumerate(params):
            row = _Row(param, fill)
            row.editor.committed.connect(row.take)
            row.taken.connect(self.changed)
            row.show_value(self._values.get(param.name, param.default), discard=False)
            self._rows[param.name] = row
            if param.name in self._offers:
                self.offer(param.name, self._offers[param.name])
            grid.addWidget(row.label, 2 * index, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row, 2 * index, 1)
            grid.addWidget(row.message, 2 * index + 1, 0, 1, 2)
        return grid


class _Fold(QWidget):
    """A part of a form that is folded away; its rows are made when they are seen first, for that takes a while."""

    def __init__(self, make: Callable[[], QGridLayout]) -> None:
        super().__init__()
        self._make = make

    def fill(self) -> None:
        """Make the rows, unless they are there."""
        if self.layout() is None:
            self.setLayout(self._make())

    def showEvent(self, event: QShowEvent) -> None:
        self.fill()
        super().showEvent(event)


class _Row(QWidget):
    """One setting: its label, its editor with the unit, and the sentence of a refusal."""

    taken = Signal(str, object)

    def __init__(self, param: Param, fill: bool) -> None:
        super().__init__()
        self.param = param
        self._value: Any = None
        self._known = False
        self.editor = make_editor(param)
        self.label = TextLabel(param.label, "secondary")
        self.label.setMinimumHeight(28)
        self.label.setBuddy(self.editor)
        self.message = TextLabel("", "problem", wrap=True)
        self.message.hide()
        self._explain()
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        wide = fill and not isinstance(self.editor, SwitchField)
        box.addWidget(self.editor, 1 if wide else 0)
        if param.unit:
            box.addWidget(TextLabel(param.unit, "caption"))
        if wide:
            self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        else:
            self.editor.setMaximumWidth(72 if isinstance(self.editor, NumberField) else FIELD_WIDTH)
            box.addStretch(1)

    def show_value(self, value: Any, discard: bool) -> None:
        """Show a value without telling anyone."""
        same = self._known and type(value) is type(self._value) and value == self._value
        if same and self.editor.typing() and not discard:
            return
        self._value, self._known = value, True
        self.editor.show_text(self.param.show(value))
        self._explain()
        self.say("")

    def take(self, text: str) -> None:
        """Check a typed text; keep and tell a good value, say what is wrong with a bad one."""
        try:
            value = self.param.parse(text)
        except ParamError as error:
            self.say(str(error))
            return
        before, self._value = self._value, value
        self.editor.show_text(self.param.show(value))
        self._explain()
        self.say("")
        if type(value) is not type(before) or value != before:
            self.taken.emit(self.param.name, value)

    def say(self, sentence: str) -> None:
        """Show a sentence below the field, which looks refused; an empty one takes that back."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        self.editor.mark(bool(sentence))

    def _explain(self) -> None:
        parts = [
            self.param.help,
            _sentence(self.param.range_text()),
            f"Unit: {self.param.unit}." if self.param.unit else "",
        ]
        text = tooltip(" ".join(part for part in parts if part))
        if isinstance(self.param, ChoiceParam):
            text += help_html(self.param.note(self._value))
        for widget in (self.label, self.editor):
            widget.setToolTip(text)
        self.editor.setAccessibleName(self.param.label)
        self.editor.setAccessibleDescription(self.param.help)


def make_editor(param: Param) -> AnyEditor:
    """The editor that suits a Param; a kind of Param that is not known here gets a plain line."""
    if isinstance(param, BoolParam):
        return SwitchField()
    if isinstance(param, ChoiceParam):
        return ChoiceField(param.choices, [help_html(note) for note in param.notes])
    if isinstance(param, PaddingParam):
        return ChoiceField(("valid", "same"), editable=True)
    if isinstance(param, TargetParam):
        return ChoiceField(param.words, editable=True)
    if isinstance(param, PairParam):
        return PairField(_accepts(param), param.none_text)
    if isinstance(param, IntParam | FloatParam):
        return NumberField(_accepts(param), arrows=isinstance(param, IntParam))
    if isinstance(param, RowsParam):
        return TableField()
    if isinstance(param, NodeParam):
        return NodeField()
    if isinstance(param, FileParam):
        return FileField(param.suffixes)
    return LineField()


def _accepts(param: Param) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            param.parse(text)
        except ParamError:
            return False
        return True

    return accepts


def _label_width(params: Sequence[Param], fill: bool) -> int:
    """The width of the widest label, so that the fields of both parts stand below each other."""
    metrics = QFontMetrics(role_font("secondary"))
    widths = [metrics.horizontalAdvance(param.label) + 1 for param in params]
    return max([NARROW_LABEL_WIDTH if fill else LABEL_WIDTH, *widths])


def _folds(params: Sequence[Param]) -> dict[str, list[Param]]:
    """What is folded away, by the title of its fold: the advanced settings first, then the groups."""
    advanced = [param for param in params if param.advanced and not param.group]
    folds = {_fold_title(advanced): advanced} if advanced else {}
    for param in params:
        if param.group:
            folds.setdefault(param.group, []).append(param)
    return folds


def _fold_title(params: Sequence[Param]) -> str:
    """What is folded away, by name where the names are few."""
    if len(params) > _LONGEST_TITLE:
        return "More settings"
    first, *rest = (param.label for param in params)
    return ", ".join([first, *(text if text[1:2].isupper() else text[:1].lower() + text[1:] for text in rest)])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
