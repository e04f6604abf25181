"""What tests of the user interface share: the theme, applied and set back."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui import theme
from ui.stepper.finding import Finding
from ui.typesetting import Typesetter


@pytest.fixture(autouse=True)
def no_garbage_collected_in_the_engine() -> Iterator[None]:
    """As in the program, Qt objects are never deleted by a collection in the engine's thread."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def formulas_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No formula arrives later; tests of typesetting turn it off."""
    monkeypatch.setattr(Typesetter, "at_once", True)


@pytest.fixture(autouse=True)
def answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer of the stepper arrives later; tests of finding turn it off."""
    monkeypatch.setattr(Finding, "at_once", True)


@pytest.fixture(autouse=True)
def clipboard_left_empty() -> Iterator[None]:
    """What Python has put on the offscreen clipboard would be deleted after Python has ended, which crashes."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture
def light(qapp: QApplication) -> Iterator[theme.Theme]:
    """The application's theme, applied and light; light again after the test."""
    shown = theme.current()
    shown.apply(qapp)
    shown.set_mode("light")
    yield shown
    shown.set_mode("light")
