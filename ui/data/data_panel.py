"""DataPanel: where the examples come from, how they are split, and the first of them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.data import SOURCES, source_of
from explorer.kind import show_shape
from explorer.project.model import Data
from explorer.source import DataProblem
from ui.data.first_examples import FirstExamples
from ui.data.preview import Preview, class_counts, preview_of
from ui.document import Document
from ui.param_form import ParamForm
from ui.training.client import Trainer
from ui.training.split_field import SplitField
from ui.widgets.containers import Section
from ui.widgets.text import TextLabel


class DataPanel(QWidget):
    """Settings at the left, the first examples at the right; every change is an edit that can be undone."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(560, 200)
        self._document, self._trainer = document, trainer
        self._shown: Data | None = None
        self._source = ""
        self.sources = QComboBox()
        for source in SOURCES:
            self.sources.addItem(source.title, source.id)
        self.sources.setAccessibleName("Data source")
        self.sources.activated.connect(self._choose)
        self.help = TextLabel("", "caption", wrap=True)
        self.form = ParamForm(())
        self.problem = TextLabel("", "problem", wrap=True)
        self.summary = TextLabel("", "secondary", wrap=True)
        self.counts = TextLabel("", "caption", wrap=True)
        self.examples = FirstExamples()
        self.split = SplitField(document)
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show_examples)
        document.changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        trainer.opened.connect(self._tell_counts)
        self.refresh()

    def refresh(self) -> None:
        """Show the document's data; the examples follow as soon as the panel is painted."""
        data = self._document.project.data
        if data.source != self._source:
            self._rebuild(data)
        self.form.set_values(data.params)
        if data is not self._shown and self.isVisible():
            self._soon.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start(0)

    def _rebuild(self, data: Data) -> None:
        self._source = data.source
        with QSignalBlocker(self.sources):
            self.sources.setCurrentIndex(self.sources.findData(data.source))
        self.help.setText(data.kind.help.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n"))
        old, self.form = self.form, ParamForm(data.kind.params, data.params, fill=True)
        self.form.changed.connect(self._set)
        self._left.replaceWidget(old, self.form)
        old.deleteLater()

    def _choose(self, place: int) -> None:
        source = source_of(self.sources.itemData(place))
        if source.id != self._document.project.data.source:
            self._edit(f"choose the data {source.title}", Data(source.id))

    def _set(self, name: str, value: object) -> None:
        data = self._document.project.data
        self._edit(f"set {name.replace('_', ' ')} of the data", replace(data, params={**data.params, name: value}))

    def _edit(self, label: str, data: Data) -> None:
        self._document.edit(label, replace(self._document.project, data=data))

    def _show_examples(self) -> None:
        data = self._shown = self._document.project.data
        preview = preview_of(data)
        self.problem.setText(preview.problem)
        self.problem.setVisible(bool(preview.problem))
        self.examples.show_examples(preview.examples)
        self.summary.setText(_summary(data, preview))
        self._tell_counts()

    def _tell_counts(self) -> None:
        """How many examples there are of each class, as far as all of them are known."""
        preview = preview_of(self._document.project.data)
        known = preview.examples if preview.whole else None
        counts = class_counts(known) if known is not None else []
        self.counts.setText(" · ".join(f"{name}: {count:,}" for name, count in counts))
        self.counts.setVisible(bool(counts))

    def _lay_out(self) -> None:
        left = QWidget()
        left.setProperty("role", "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        source, split = Section("Source"), Section("Split", separated=False)
        self._left = source.body
        for widget in (self.sources, self.help, self.form, self.problem):
            source.body.addWidget(widget)
        split.body.addWidget(self.split)
        column.addWidget(source)
        column.addWidget(split)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(280)
        right = Section("First examples", separated=False)
        for widget in (self.summary, self.counts):
            right.body.addWidget(widget)
        right.body.addWidget(self.examples, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(scroll)
        row.addWidget(right, 1)


def _summary(data: Data, preview: Preview) -> str:
    params, problems = data.checked()
    if problems or preview.examples is None:
        return ""
    try:
        given, wanted = data.kind.shapes(params)
    except DataProblem:  # told below the form already
        return ""
    count = len(preview.examples) if preview.whole else params["count"]
    return f"{count:,} examples: {show_shape(given)} in, {show_shape(wanted)} out"
