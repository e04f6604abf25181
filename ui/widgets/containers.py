"""Frames for content: sections of a panel, foldable parts, view cards, empty states, separators."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.buttons import PushButton
from ui.widgets.text import ElidedLabel, TextLabel

PADDING = 16


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets go once what they are doing is done."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Separator(QWidget):
    """A line of one pixel, lying or standing."""

    def __init__(self, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.current().tokens.color("line"))


class Section(QWidget):
    """A part of a panel: a heading, something at its right, a body, and a line below."""

    def __init__(
        self, title: str, right: QWidget | None = None, separated: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = _column(self, 0)
        self.heading = ElidedLabel(title, "heading")
        self._head = QHBoxLayout()
        self._head.setContentsMargins(PADDING, 12, PADDING, 0)
        self._head.addWidget(self.heading, 1)
        column.addLayout(self._head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(PADDING, 8, PADDING, 12)
        self.body.setSpacing(8)
        column.addLayout(self.body)
        if separated:
            column.addWidget(Separator())
        if right is not None:
            self.add_right(right)

    def add_right(self, widget: QWidget) -> None:
        """Put a widget at the right of the heading."""
        self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class Collapsible(QWidget):
    """A heading that folds what is below it in and out; ``toggled`` tells the new state when a person does it."""

    toggled = Signal(bool)

    def __init__(
        self, title: str, body: QWidget, expanded: bool = False, category: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.body = body
        self.header = _FoldButton(title, category, self)
        self.header.clicked.connect(self._by_hand)
        column = _column(self, 0)
        column.addWidget(self.header)
        column.addWidget(body)
        self.set_expanded(expanded)

    @property
    def expanded(self) -> bool:
        """Whether the body is shown."""
        return self.header.isChecked()

    def set_expanded(self, expanded: bool) -> None:
        """Fold out or in without telling anyone."""
        self.header.setChecked(expanded)
        self.body.setVisible(expanded)

    def _by_hand(self, expanded: bool) -> None:
        self.body.setVisible(expanded)
        self.toggled.emit(expanded)


class _FoldButton(QAbstractButton):
    """The heading of a Collapsible: a chevron and a text, small and semibold for a category."""

    def __init__(self, title: str, category: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(theme.text_font(11, 600) if category else theme.text_font(13))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 36, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.hasFocus():
                painter.setPen(theme.focus_pen())
                painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
            chevron = "chevron-down" if self.isChecked() else "chevron-right"
            picture = theme.pixmap(chevron, "text2", 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(0, (self.height() - 16) / 2), picture)
            painter.setPen(tokens.color("text" if self.underMouse() else "text2"))
            where = self.rect().adjusted(20, 0, 0, 0)
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class EmptyState(QWidget):
    """What will be shown here, and the one action that fills it; ``acted`` tells that it was asked for."""

    acted = Signal()

    def __init__(self, icon: str, title: str, sentence: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = _column(self, 8)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        picture = _Picture(icon, 32)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sentence = TextLabel(sentence, "secondary", wrap=True)
        for label in (TextLabel(title, "heading", wrap=True), self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setMaximumWidth(360)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 10)
            row.addStretch(1)
            column.addLayout(row)
        if action:
            button = PushButton(action, variant="accent")
            button.clicked.connect(self.acted)
            column.addSpacing(4)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)


class _Picture(QLabel):
    """One icon, drawn anew in the colours of the day."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self._name, self._size = name, size
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = theme.pixmap(self._name, "text3", self._size, self.devicePixelRatioF())
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, picture)


def _column(widget: QWidget, spacing: int) -> QBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
