"""The head of the inspector: icon, name to be edited, kind, and the help about the kind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Separator
from ui.widgets.fields import mark_refused
from ui.widgets.help_text import help_html
from ui.widgets.text import ElidedLabel, TextLabel, tooltip


class NameField(QLineEdit):
    """A title that can be edited in place: Enter takes the new name, Escape the old one."""

    def __init__(self, take: Callable[[str], str], parent: QWidget | None = None) -> None:
        """``take`` is given the new name, and returns an empty text or the sentence of a refusal."""
        super().__init__(parent)
        self._take = take
        self._shown = ""
        self._taking = False
        self.message = TextLabel("", "problem", wrap=True)
        self.message.hide()
        self.setFont(theme.text_font(16, 600))
        self.setAccessibleName("Name")
        self.setToolTip(tooltip("Click to rename"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QLineEdit:!focus { border-color: transparent; background: transparent; }")
        self.textEdited.connect(lambda _text: self._say(""))

    def show_name(self, name: str) -> None:
        """Show a name; what is being typed stays as long as the name is the same."""
        if name != self._shown or not self.hasFocus():
            self._shown = name
            self.setText(name)
            self.setCursorPosition(0)
            self._say("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self._say("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def _commit(self) -> None:
        wanted = self.text().strip()
        if wanted == self._shown or self._taking:
            return
        # Taking a name replaces this field by that of the new layer: the keyboard leaves, but no second name is meant.
        self._taking = True
        try:
            self._say(self._take(wanted))
        finally:
            self._taking = False

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        mark_refused(self, bool(sentence))


class Header(QWidget):
    """Icon, name, kind, and a button that folds the help out."""

    def __init__(self, take: Callable[[str], str]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(16, 8, 16, 12)
        line.setSpacing(4)
        self._icon = _Icon()
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        names = QVBoxLayout()
        names.setSpacing(0)
        self.name = NameField(take)
        self.kind = ElidedLabel("", "caption")
        self.kind.setContentsMargins(7, 0, 0, 0)
        names.addWidget(self.name)
        names.addWidget(self.kind)
        line.addLayout(names, 1)
        column.addLayout(line)
        self.name.message.setContentsMargins(16, 0, 16, 8)
        column.addWidget(self.name.message)
        self.help = PushButton("Help", "help-circle-outline", scale="compact", tip="What this kind of layer does")
        self.help.setCheckable(True)
        line.addWidget(self.help)
        self.text = TextLabel("", "secondary", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setContentsMargins(16, 0, 16, 12)
        self.text.hide()
        self.help.toggled.connect(self._fold)
        column.addWidget(self.text)
        column.addWidget(Separator())
        self._help = ""

    def show_kind(self, icon: str, kind: str, help_text: str = "") -> None:
        """Tell of a kind; help that was unfolded for another one is folded up again."""
        self._icon.show_icon(icon)
        self.kind.setText(kind)
        if help_text != self._help:
            self.help.setChecked(False)
        self._help = help_text
        self.help.setVisible(bool(help_text))

    def _fold(self, out: bool) -> None:
        if out:
            self.text.setText(help_html(self._help))
        self.text.setVisible(out)


class _Icon(QWidget):
    """The kind's icon in the accent, 24 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self.setFixedSize(QSize(26, 26))

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(QPoint(0, 1), theme.pixmap(self._name, "acc", 24, self.devicePixelRatioF()))
