"""RunList: the runs since the document was opened, each with what it was told and how it ended."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.training.client import Trainer
from ui.training.history import RunHistory
from ui.widgets.number import NumberLabel
from ui.widgets.text import TextLabel

_HEADINGS = ("Run", "Optimizer", "Epochs", "Training", "Validation", "Test", "Accuracy")


class RunList(QWidget):
    """A row per run, the latest first: its optimizer and learning rate, and its last costs and accuracy."""

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._trainer = trainer
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(15, 0, 15, 4)
        self._grid.setHorizontalSpacing(12)
        self._cells: list[QWidget] = []
        trainer.history_changed.connect(self._fill)
        trainer.epoch_done.connect(self._fill)
        trainer.finished.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.deleteLater()
        self._cells = []
        runs = self._trainer.runs
        if not runs:
            self._put(TextLabel("None yet: Run trains the network, and its figures stand here.", "secondary"), 0, 0)
            return
        for column, heading in enumerate(_HEADINGS):
            self._put(TextLabel(heading, "caption"), 0, column, right=column > 1)
        for row, run in enumerate(reversed(runs), start=1):
            self._add(row, run)

    def _add(self, row: int, run: RunHistory) -> None:
        last = run.epochs[-1] if run.epochs else None
        test = run.finished
        accuracy = last.validation_accuracy if last is not None else None
        self._put(TextLabel(str(run.number)), row, 0)
        told = f"{run.settings['optimizer']}, η {_short(run.settings['lr'])}"
        if run.branch is not None:
            told += f"\nfrom run {run.branch[0]}, iteration {run.branch[1]:,}"
        self._put(TextLabel(told, "secondary"), row, 1)
        figures: tuple[float | None, ...] = (
            run.epoch,
            last.train_cost if last is not None else run.cost,
            last.validation_cost if last is not None else None,
            test.test_cost if test is not None else None,
        )
        for column, value in enumerate(figures, start=2):
            self._put(NumberLabel(value), row, column, right=True)
        label = NumberLabel(accuracy)
        if accuracy is not None:
            label.set_value(accuracy, f"{100 * accuracy:.1f} %")
        self._put(label, row, len(_HEADINGS) - 1, right=True)

    def _put(self, cell: QWidget, row: int, column: int, right: bool = False) -> None:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(cell, row, column, side | Qt.AlignmentFlag.AlignVCenter)
        self._cells.append(cell)


def _short(rate: float) -> str:
    """A learning rate in few characters: 0.003, 1e6."""
    figures, _, power = f"{rate:.3g}".partition("e")
    return f"{figures}e{int(power)}" if power else figures
