"""Why?: the button is there for gradients and errors, accented when they are conspicuous, and its card answers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.equations import Quantity
from tests.explorer.stepping.recurrent import recurrent
from tests.explorer.stepping.test_why import gradient, through
from tests.ui.stepper.conftest import Bench
from ui.stepper.why_card import Bar
from ui.widgets.buttons import PushButton


def bars(bench: Bench) -> list[Bar]:
    QApplication.processEvents()  # what has been put into the card is shown then
    return [bar for bar in bench.formula.why.findChildren(Bar) if bar.isVisible()]


def test_the_button_asks_about_gradients_and_errors_alone(a1: Bench) -> None:
    why = a1.formula.why
    assert why.button.isHidden()
    assert not why.action.isEnabled()
    for q, words in (
        (Quantity("gradient", "b", "weight", (0, 0)), "Why so small?"),
        (Quantity("gradient", "c", "weight", (0, 0)), "Why?"),
        (Quantity("delta", "c", index=(0,)), "Why?"),
    ):
        a1.session.go_to(q)
        assert why.button.isVisible()
        assert why.button.text() == words
        assert why.isHidden()


def test_the_card_lists_the_factors_by_size_and_leads_to_them(a1: Bench, qtbot: QtBot) -> None:
    a1.session.go_to(Quantity("gradient", "b", "weight", (0, 0)))
    why = a1.formula.why
    qtbot.mouseClick(why.button, Qt.MouseButton.LeftButton)
    assert why.isVisible()
    assert why.sentence.text().startswith("∂E/∂w1 = −0.000421996 is small, ")
    assert why.sentence.text().endswith("The smallest of its factors is out a1 = 0.15.")
    shares = [bar.share for bar in bars(a1)]
    assert len(shares) == 5
    assert shares == sorted(shares)
    links = {link.text(): link for link in why.findChildren(PushButton)}
    assert "out a1" not in links  # it is given: there is no step to go to
    qtbot.mouseClick(links["∂E/∂out c2"], Qt.MouseButton.LeftButton)
    assert a1.session.step is not None
    assert a1.session.step.quantity == Quantity("delta", "c_out", index=(1,))
    assert why.isVisible()


def test_a_key_opens_and_closes_it(a1: Bench, qtbot: QtBot) -> None:
    a1.session.go_to(Quantity("gradient", "c", "weight", (0, 0)))
    a1.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is a1.window)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(a1.window, Qt.Key.Key_Y, keys)
    assert a1.formula.why.isVisible()
    qtbot.keyClick(a1.window, Qt.Key.Key_Y, keys)
    assert a1.formula.why.isHidden()


def test_a_dead_relu_is_blamed_and_its_bar_is_empty(bench: Callable[..., Bench]) -> None:
    found = bench(through("relu", -0.3))
    found.session.go_to(gradient("dense1"))
    why = found.formula.why
    assert why.button.text() == "Why so small?"
    why.button.click()
    assert "A dead ReLU" in why.sentence.text()
    assert bars(found)[0].share == 0.0


def test_recurrent_layers_show_the_norm_of_every_time_step(bench: Callable[..., Bench]) -> None:
    found = bench(recurrent(steps=7, units=2))
    found.session.go_to(Quantity("gradient", "r", "weight_hh_l0", (0, 0)))
    why = found.formula.why
    why.button.click()
    assert why.norms.isVisible()
    assert len(why.norms.heights()) == 7
    assert max(why.norms.heights()) == 1.0
    found.session.go_to(Quantity("gradient", "y", "bias", (0,)))
    assert why.norms.isHidden()
