"""Editors of one value: each shows a text and tells the text that was typed or chosen, when it is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyleOptionComboBox,
    QWidget,
)

from ui import theme
from ui.widgets.text import TextLabel

_STEPPER = 16
_COMBO_FRAME = 24
_POPUP_FRAME = 48
LONGEST_EDITABLE = 20_000


class Editor(Protocol):
    """What a form needs of an editor, beside being a QWidget with a signal ``committed(str)``."""

    def show_text(self, text: str) -> None:
        """Show ``text`` without telling anyone."""

    def mark(self, refused: bool) -> None:
        """Look refused, or usual."""

    def typing(self) -> bool:
        """Whether something was typed that is not committed yet."""


def mark_refused(widget: QWidget, refused: bool) -> None:
    """Give a field the colours of a refused value, or take them off."""
    if bool(widget.property("refused")) != refused:
        widget.setProperty("refused", refused)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class LineField(QLineEdit):
    """A line that commits on Enter and when the keyboard leaves; Escape brings back the text before."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._last = ""
        self.setFont(theme.mono_font())
        self.editingFinished.connect(self._commit)

    def show_text(self, text: str) -> None:
        """Show ``text`` without telling anyone."""
        self._shown = self._last = text
        if self.text() != text:
            self.setText(text)

    def mark(self, refused: bool) -> None:
        """Look refused, or usual."""
        mark_refused(self, refused)

    def typing(self) -> bool:
        """Whether the text differs from the value shown last."""
        return self.text() != self._shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.typing():
            self.setText(self._shown)
            self._commit()
        else:
            super().keyPressEvent(event)

    def _commit(self) -> None:
        if self.text() != self._last:
            self._last = self.text()
            self.committed.emit(self.text())


class NumberField(LineField):
    """A line for a number; arrows, Up and Down, and the wheel (if it has the focus) step by a unit of its last digit.

    ``accepts`` tells whether a text would be taken: a step never leaves the allowed range. Shift makes ten steps of it.
    """

    def __init__(self, accepts: Callable[[str], bool], arrows: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accepts = accepts
        self._arrows = arrows
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if arrows:
            self.setTextMargins(0, 0, _STEPPER - 4, 0)

    def sizeHint(self) -> QSize:
        return QSize(72, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def step(self, count: int) -> None:
        """Add ``count`` units of the last digit and commit, if the result is allowed."""
        text = stepped(self.text(), count)
        if text is not None and self._accepts(text):
            self.setText(text)
            self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            self.step(direction * _times(event.modifiers()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._over_arrows(event.position().toPoint()):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            up = event.position().y() < self.height() / 2
            self.step((1 if up else -1) * _times(event.modifiers()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._over_arrows(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if over else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._arrows:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().tokens.color("text2" if self.isEnabled() else "line2"))
            x, middle = self.width() - _STEPPER + 5, self.height() // 2
            for tip, base in ((-7, -4), (7, 4)):
                corners = [QPoint(x - 3, middle + base), QPoint(x + 3, middle + base), QPoint(x, middle + tip)]
                painter.drawPolygon(QPolygon(corners))

    def _over_arrows(self, where: QPoint) -> bool:
        box = QRect(self.width() - _STEPPER - 2, 0, _STEPPER + 2, self.height())
        return self._arrows and self.isEnabled() and box.contains(where)


class PairField(QWidget):
    """Two number lines with a × between; tells ``3×5``, or nothing when both are empty."""

    committed = Signal(str)

    def __init__(self, accepts: Callable[[str], bool], empty_hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.fields = (NumberField(accepts), NumberField(accepts))
        for field, name in zip(self.fields, ("height", "width"), strict=True):
            field.setPlaceholderText(empty_hint)
            field.setAccessibleName(name)
            field.committed.connect(self._commit)
        row.addWidget(self.fields[0], 1)
        row.addWidget(TextLabel("×", "secondary"))
        row.addWidget(self.fields[1], 1)
        self.setFocusProxy(self.fields[0])

    def show_text(self, text: str) -> None:
        """Show ``3×5`` or nothing without telling anyone."""
        parts = text.split("×") if text else ["", ""]
        for field, part in zip(self.fields, parts, strict=True):
            field.show_text(part)

    def mark(self, refused: bool) -> None:
        """Look refused, or usual."""
        for field in self.fields:
            field.mark(refused)

    def typing(self) -> bool:
        """Whether a size differs from the value shown last."""
        return any(field.typing() for field in self.fields)

    def sizeHint(self) -> QSize:
        return QSize(152, super().sizeHint().height())

    def _commit(self) -> None:
        typed = [field.text().strip() for field in self.fields]
        # From an empty pair the first size typed stands for both, as it does in a project file.
        if not all(typed) and any(typed) and not any(field._shown for field in self.fields):
            typed = [next(filter(None, typed))] * 2
        self.committed.emit("×".join(typed) if any(typed) else "")


class ChoiceField(QComboBox):
    """A list to choose from; underscores are shown as blanks; with ``editable`` other texts can be typed too.

    ``tips`` are the tooltips of the choices, where they have any.
    """

    committed = Signal(str)

    def __init__(
        self,
        choices: Sequence[str],
        tips: Sequence[str] = (),
        editable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown = self._last = ""
        self.setFont(theme.mono_font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setEditable(editable)
        for choice in choices:
            self.addItem(choice.replace("_", " "), choice)
        for place, tip in enumerate(tips):
            self.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._commit)
        if editable:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line = QLineEdit()
            line.setFont(theme.mono_font())
            line.editingFinished.connect(self._commit)
            self.setLineEdit(line)

    def show_text(self, text: str) -> None:
        """Show a choice (or, if editable, any text) without telling anyone."""
        self._shown = self._last = text
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(text))
            if self.isEditable() and self.currentText() != text:
                self.setEditText(text)

    def mark(self, refused: bool) -> None:
        """Look refused, or usual."""
        mark_refused(self, refused)

    def typing(self) -> bool:
        """Whether the text differs from the value shown last."""
        return self._text() != self._shown

    def sizeHint(self) -> QSize:
        return QSize(152, super().sizeHint().height())

    def showPopup(self) -> None:
        widths = [self.fontMetrics().horizontalAdvance(self.itemText(place)) for place in range(self.count())]
        self.view().setMinimumWidth(max(widths, default=0) + _POPUP_FRAME)  # every choice whole
        super().showPopup()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        room = self.width() - _COMBO_FRAME
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _text(self) -> str:
        return self.currentText() if self.isEditable() else str(self.currentData() or "")

    def _commit(self) -> None:
        if self._text() != self._last:
            self._last = self._text()
            self.committed.emit(self._text())


class SwitchField(QCheckBox):
    """On or off; tells ``true`` or ``false``."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda on: self.committed.emit("true" if on else "false"))

    def show_text(self, text: str) -> None:
        """Show ``true`` or ``false`` without telling anyone."""
        self.setChecked(text == "true")

    def mark(self, refused: bool) -> None:
        """Neither value is ever refused, so there is nothing to look like."""

    def typing(self) -> bool:
        """A switch is committed as soon as it is turned."""
        return False


class TableField(QPlainTextEdit):
    """Rows of numbers, one per line; commits on Ctrl+Enter and when the keyboard leaves; long tables are only shown."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = self._last = ""
        self.setFont(theme.mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setFixedHeight(92)

    def show_text(self, text: str) -> None:
        """Show the rows without telling anyone; a table too long to edit by hand is cut and cannot be changed here."""
        self.setReadOnly(len(text) > LONGEST_EDITABLE)
        shown = text[:LONGEST_EDITABLE] + "\n…" if self.isReadOnly() else text
        self._shown = self._last = shown
        if self.toPlainText() != shown:
            self.setPlainText(shown)

    def mark(self, refused: bool) -> None:
        """Look refused, or usual."""
        mark_refused(self, refused)

    def typing(self) -> bool:
        """Whether the rows differ from the value shown last."""
        return self.toPlainText() != self._shown

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commit()
        elif event.key() == Qt.Key.Key_Escape and self.typing():
            self.setPlainText(self._shown)
            self._commit()
        else:
            super().keyPressEvent(event)

    def _commit(self) -> None:
        if not self.isReadOnly() and self.toPlainText() != self._last:
            self._last = self.toPlainText()
            self.committed.emit(self._last)


def stepped(text: str, count: int) -> str | None:
    """The number in ``text`` with ``count`` added to its last digit, written alike; None if it is no finite number."""
    try:
        number = Decimal(text.strip().replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    result = number + Decimal(count).scaleb(exponent)
    return f"{result:e}" if "e" in text.lower() else f"{result:f}"


def _times(modifiers: Qt.KeyboardModifier) -> int:
    return 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
