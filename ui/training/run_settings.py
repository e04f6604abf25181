"""RunSettings: the right panel of Train: how to train, on which examples, and which views to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.params import ParamError
from explorer.settings import SETTINGS, Settings
from explorer.source import DataProblem
from ui.document import Document
from ui.param_form import ParamForm
from ui.training.client import Trainer
from ui.training.output_forms import OutputForms
from ui.training.rate_slider import RateSlider
from ui.training.split_field import SplitField
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Section
from ui.widgets.text import TextLabel

_FIRST = ("cost", "optimizer")
_NARROWEST = 232
"""Pixels in which every field is whole, beside the scroll bar."""


class RunSettings(QScrollArea):
    """Every setting of a run. What can change while training is told to the engine; the rest stops the run."""

    data_asked = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")
        self.setMinimumWidth(_NARROWEST)
        body = QWidget()
        body.setProperty("role", "panel")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._run = Section("Run settings")
        self.form = self._made_form()
        self._run.body.addWidget(self.form)
        self.rate = RateSlider(document)
        self._run.body.addWidget(self.rate)
        self._column.addWidget(self._run)
        self._targets = Section("Targets")
        self.outputs = OutputForms(document)
        self._targets.body.addWidget(self.outputs)
        self._column.addWidget(self._targets)
        self._column.addWidget(self._data_section())
        self._column.addStretch(1)
        self.setWidget(body)
        document.changed.connect(self._look)
        document.opened.connect(self._look)
        trainer.opened.connect(self._look)
        self.refresh()

    def add(self, section: QWidget, above_data: bool = False) -> None:
        """Put a section below the others, or above that of the data."""
        self._column.insertWidget(self._column.count() - (2 if above_data else 1), section)

    def set_views_menu(self, fill: Callable[[QMenu], None]) -> None:
        """Offer the live views: ``fill`` puts them into a menu."""
        add = PushButton("Add", "plus", scale="small", tip="Add a view, or arrange them as at first")
        section = Section("Views", add, separated=False)
        self.add(section)

        def show() -> None:
            menu = QMenu(add)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            fill(menu)
            menu.popup(add.mapToGlobal(QPoint(0, add.height())))

        add.clicked.connect(show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._due:
            self.refresh()

    def _look(self) -> None:
        """Refresh what is seen; what is not, when it comes to be."""
        if self.isVisible():
            self.refresh()
        else:
            self._due = True

    def refresh(self) -> None:
        """Show the document's settings and data."""
        self._due = False
        settings = self._document.project.settings
        if settings["optimizer"] != self._optimizer:
            old = self.form
            self.form = self._made_form()
            self._run.body.replaceWidget(old, self.form)
            old.deleteLater()
        self.form.set_values({**settings.values, **settings.optimizer_params})
        self.outputs.refresh()
        several = len(self._document.resolved.outputs) > 1
        self._targets.heading.setText("Outputs" if several else "Output")
        self._targets.setVisible(bool(self._document.resolved.outputs))
        self._source.setText(self._document.project.data.kind.title)
        self._summary.setText(self._data_text())

    def _made_form(self) -> ParamForm:
        settings = self._document.project.settings
        self._optimizer = settings["optimizer"]
        form = ParamForm(_ordered(settings), {**settings.values, **settings.optimizer_params}, fill=True)
        form.changed.connect(self._changed)
        return form

    def _changed(self, name: str, value: object) -> None:
        try:
            self._document.edit_setting(name, value)
        except ParamError:  # the form has said why
            self.refresh()

    def _data_section(self) -> Section:
        change = PushButton("Change", "database-outline", scale="small", tip="Choose the data, and look at it")
        change.clicked.connect(self.data_asked)
        section = Section("Data", change)
        self._source = TextLabel("")
        self._summary = TextLabel("", "caption", wrap=True)
        section.body.addWidget(self._source)
        section.body.addWidget(self._summary)
        self.split = SplitField(self._document)
        section.body.addWidget(self.split)
        return section

    def _data_text(self) -> str:
        data, project = self._trainer.data, self._document.project
        params, problems = project.data.checked()
        try:
            shapes = project.data.kind.shapes(params)
        except DataProblem as problem:
            return str(problem)
        text = f"{show_shape(shapes[0])} in, {show_shape(shapes[1])} out"
        if data is not None and not problems:
            parts = (len(data.train), len(data.validation), len(data.test))
            shares = [f"{part:,}" for part in parts if part]
            text += f"\n{sum(parts):,} example{'s' if sum(parts) != 1 else ''}"
            text += f": {' + '.join(shares)}" if len(shares) > 1 else ""
        return text


def _ordered(settings: Settings) -> list[Any]:
    """Cost, optimizer, the optimizer's own params, then the rest; the learning rate has its slider."""
    first = [param for param in SETTINGS if param.name in _FIRST]
    rest = [param for param in SETTINGS if param.name not in _FIRST]
    own = [param for param in settings.params if param not in SETTINGS and param.name != "lr"]
    return [*first, *own, *rest]
