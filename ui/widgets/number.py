"""Numbers as people read them: real minus signs, one width per figure, full precision on hover and copy."""

from __future__ import annotations

import math
from numbers import Integral

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from ui import theme

MINUS = "\u2212"
_LARGEST_PLAIN = 1e6
_SMALLEST_PLAIN = 1e-4


def show_number(x: float, digits: int = 4) -> str:
    """``x`` with ``digits`` significant digits, always as many, so that a changing number does not jump about.

    Whole numbers (int) are written out with thousands separators; very large and small ones get an exponent; the minus
    is U+2212; ``nan``, ``∞`` and ``−∞`` stand for themselves.
    """
    if isinstance(x, Integral):
        return f"{int(x):,}".replace("-", MINUS)
    value = float(x)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    if _SMALLEST_PLAIN <= abs(rounded) < _LARGEST_PLAIN:
        text = f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(rounded))))}f}"
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def full_number(x: float) -> str:
    """``x`` to full precision with an ordinary minus, as other programs read it back."""
    return str(int(x)) if isinstance(x, Integral) else repr(float(x))


class NumberLabel(QLabel):
    """A number in the monospaced font; hovering tells all digits, Ctrl+C and the context menu copy them."""

    def __init__(
        self, value: float | None = None, digits: int = 4, size: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._digits = digits
        self._value: float | None = None
        self.setFont(theme.mono_font(size))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.set_value(value)

    @property
    def value(self) -> float | None:
        """The number shown, or None."""
        return self._value

    def set_value(self, value: float | None, text: str = "") -> None:
        """Show ``value``, or a dash for None; ``text`` replaces the usual way to write it."""
        self._value = value
        self.setText(text or ("–" if value is None else show_number(value, self._digits)))
        self.setToolTip("" if value is None else full_number(value).replace("-", MINUS))

    def copy(self) -> None:
        """Put the number on the clipboard to full precision; without a number, do nothing."""
        if self._value is not None:
            QGuiApplication.clipboard().setText(full_number(self._value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._value is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Copy {self.toolTip()}\tCtrl+C", self.copy)
        menu.popup(event.globalPos())
