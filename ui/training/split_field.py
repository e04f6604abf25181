"""SplitField: the shares of training, validation and test examples, in percent."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.params import FloatParam, ParamError
from ui.document import Document
from ui.widgets.fields import NumberField
from ui.widgets.text import TextLabel, tooltip

Shares = tuple[float, float, float]
_NAMES = ("Training", "Validation", "Test")
_PERCENT = FloatParam("share", 60.0, "Share", "How many of the examples.", "%", minimum=0.0, maximum=100.0)


class SplitField(QWidget):
    """Three numbers that add up to 100; when one is changed, the others share the rest as they did."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.fields: list[NumberField] = []
        for place, name in enumerate(_NAMES):
            field = NumberField(_accepts, arrows=False)
            field.setAccessibleName(f"{name} examples, percent")
            field.setToolTip(tooltip(f"{name} examples, in percent; the other two share the rest."))
            field.committed.connect(lambda text, place=place: self._typed(place, text))
            grid.addWidget(TextLabel(name, "caption"), 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
            self.fields.append(field)
        grid.addWidget(TextLabel("%", "caption"), 1, 3)
        self.problem = TextLabel("", "problem", wrap=True)
        grid.addWidget(self.problem, 2, 0, 1, 4)
        document.changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the document's split."""
        for field, share in zip(self.fields, self._document.project.data.shares, strict=True):
            if not field.typing():
                field.show_text(f"{100 * share:.10g}")
                field.mark(False)
        self.problem.hide()

    def _typed(self, place: int, text: str) -> None:
        try:
            percent = _PERCENT.parse(text)
            shares = with_share(self._document.project.data.shares, place, percent / 100)
        except ParamError as error:
            self.fields[place].mark(True)
            self.problem.setText(str(error))
            self.problem.show()
            return
        project = self._document.project
        self.fields[place].show_text(f"{percent:.10g}")
        self._document.edit("split the data", replace(project, data=replace(project.data, split=shares)))


def with_share(shares: Shares, place: int, share: float) -> Shares:
    """``shares`` with one changed; the others fill up to 1 as they stood to each other. Raises ParamError."""
    if place == 0 and share <= 0:
        raise ParamError("Some examples must train: the share of training is above 0.")
    others = [index for index in range(3) if index != place]
    rest, before = 1.0 - share, sum(shares[index] for index in others)
    changed = list(shares)
    changed[place] = share
    for index in others:
        part = shares[index] / before if before > 0 else (1.0 if index == others[0] else 0.0)
        changed[index] = round(rest * part, 12)
    if changed[0] <= 0:
        raise ParamError("Some examples must train: leave a share for training.")
    changed[others[1]] = round(1.0 - share - changed[others[0]], 12)
    return changed[0], changed[1], max(0.0, changed[2])


def _accepts(text: str) -> bool:
    try:
        _PERCENT.parse(text)
    except ParamError:
        return False
    return True
