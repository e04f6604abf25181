"""Signals that end the program."""

from __future__ import annotations

import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from ui.signals import ended_by_signals

ENDING = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)


@ENDING
def test_a_signal_leaves_the_loop_in_order(qapp: QApplication, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with ended_by_signals(qapp):
        QTimer.singleShot(0, qapp, lambda: signal.raise_signal(number))
        assert qapp.exec() == 0
    assert signal.getsignal(number) is before


@ENDING
def test_a_signal_before_the_loop_begins_is_not_lost(qapp: QApplication, number: signal.Signals) -> None:
    with ended_by_signals(qapp):
        signal.raise_signal(number)
        assert qapp.exec() == 0


def test_a_question_that_is_open_is_given_up(qapp: QApplication) -> None:
    answers: list[int] = []

    def ask() -> None:
        box = QMessageBox()
        box.setStandardButtons(QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Cancel)
        QTimer.singleShot(0, box, lambda: signal.raise_signal(signal.SIGTERM))
        answers.append(box.exec())

    with ended_by_signals(qapp):
        QTimer.singleShot(0, qapp, ask)
        assert qapp.exec() == 0
    assert QMessageBox.StandardButton.Save not in answers
