"""Banner: a strip below the top bar with a message that stays until it is dealt with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import theme
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.text import TextLabel


class Banner(QWidget):
    """One sentence about something that went wrong (``problem``) or is worth knowing, with a button to dismiss it
    and perhaps one that goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = True
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        self._icon = QLabel()
        self.label = TextLabel("", wrap=True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action = PushButton("", scale="small")
        self.action.clicked.connect(self._act)
        self._do: Callable[[], object] | None = None
        close = IconButton("close", "Dismiss this message")
        close.clicked.connect(self.hide)
        row.addWidget(self._icon)
        row.addWidget(self.label, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        theme.current().changed.connect(self._refresh)
        self.hide()

    def show_message(
        self, sentence: str, problem: bool = True, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence in place of the one before, with a button ``action`` that does what ``do`` says."""
        self._problem, self._do = problem, do
        self.action.setText(action)
        self.action.setVisible(do is not None)
        self.label.setText(sentence)
        self._refresh()
        self.show()

    def _act(self) -> None:
        """Do what the button says; the message has been dealt with."""
        self.hide()
        if self._do is not None:
            self._do()

    def _refresh(self) -> None:
        name, token = ("alert-circle-outline", "prob") if self._problem else ("information-outline", "acc")
        self._icon.setPixmap(theme.icon(name, token, 18).pixmap(18, 18))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.color("probsoft" if self._problem else "accsoft"))
            painter.fillRect(
                0, self.height() - 1, self.width(), 1, tokens.color("probline" if self._problem else "accline")
            )
