"""ViewDock: a view as a card that can be moved, closed and floated; its title bar and its corner menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDockWidget, QFileDialog, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.watch.view import View
from ui.widgets.buttons import IconButton

_RADIUS = 6
_TOKENS = {"training": "neg", "validation": "pos"}
"""Words of a subtitle that stand for a line take its colour."""


class ViewDock(QDockWidget):
    """A view in a frame. ``closed`` tells that a person closed it."""

    closed = Signal(str)
    refused = Signal(str)
    """Why something could not be saved, one sentence."""

    def __init__(self, view: View, add_menu: Callable[[QMenu], None], parent: QWidget) -> None:
        super().__init__(view.title, parent)
        self.setObjectName(f"view_{view.id}")
        self.view = view
        self._add_menu = add_menu
        self.head = _Head(view.title, self)
        if view.follows_layer:
            self.pin = self._button("pin-outline", "Stay with this layer")
            self.pin.setCheckable(True)
            self.pin.toggled.connect(self._pin)
            view.document.opened.connect(lambda: self.pin.setChecked(False))
        self.more = self._button("dots-horizontal", f"{view.title}: save, copy, close")
        self.more.clicked.connect(self._show_menu)
        self.setTitleBarWidget(self.head)
        self.setWidget(_Body(view))
        self.setMinimumSize(160, 96)
        view.subtitle_changed.connect(self.head.set_subtitle)

    def menu(self) -> QMenu:
        """What can be done with the view."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(theme.icon("image-outline"), "Save picture…", self._ask_picture)
        menu.addAction(theme.icon("table"), "Save numbers…", self._ask_table)
        menu.addAction(theme.icon("content-copy"), "Copy picture", self.copy_picture)
        menu.addSeparator()
        menu.addAction("Put back" if self.isFloating() else "Float", self.float_or_put_back)
        menu.addAction(theme.icon("close"), "Close", self.close_by_hand)
        menu.addSeparator()
        self._add_menu(menu)
        return menu

    def float_or_put_back(self) -> None:
        """Become a window of its own, a little beside its place, or go back to it."""
        place, size = self.mapToGlobal(QPoint(0, 0)), self.size()
        self.setFloating(not self.isFloating())
        if self.isFloating():
            self.setGeometry(QRect(place + QPoint(32, 32), size.expandedTo(QSize(360, 260))))

    def close_by_hand(self) -> None:
        """Close the view; it can be added again."""
        self.hide()
        self.closed.emit(self.view.id)

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.view.picture())

    def save_picture(self, path: Path) -> None:
        """Write the picture as PNG; ``refused`` tells if that fails."""
        if not self.view.picture().save(str(path), "PNG"):
            self.refused.emit(f"The picture could not be written to {path}: choose another folder.")

    def save_table(self, path: Path) -> None:
        """Write the numbers as CSV; ``refused`` tells if that fails."""
        try:
            self.view.save_table(path)
        except OSError as error:
            self.refused.emit(f"The numbers could not be written to {path}: {error.strerror}.")

    def _ask_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save picture", f"{self.view.id}.png", "PNG picture (*.png)")
        if name:
            self.save_picture(Path(name))

    def _ask_table(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save numbers", f"{self.view.id}.csv", "Table (*.csv)")
        if name:
            self.save_table(Path(name))

    def _button(self, icon: str, tip: str) -> IconButton:
        button = IconButton(icon, tip, side=24)
        self.head.row.addWidget(button)
        return button

    def _pin(self, on: bool) -> None:
        self.view.pin(on)
        self.pin.set_icon("pin" if on else "pin-outline")
        self.pin.set_tip("Follow the selection again" if on else "Stay with this layer")

    def _show_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


class _Head(QWidget):
    """The upper part of the card: title, what it is of, buttons. It leaves the mouse to the dock, which is dragged."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._subtitle = title, ""
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 4, 8, 0)
        self.row.setSpacing(0)
        self.row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(32)

    def set_subtitle(self, text: str) -> None:
        """Say what the view shows now."""
        self._subtitle = text
        self.setAccessibleName(f"{self._title}, {text}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_frame(painter, QRectF(0, 0, self.width(), self.height() + 20), self.rect().height())
        tokens = theme.current().tokens
        font = theme.text_font(13, 600)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        box = QRectF(12, 4, self.width() - 24 - 24 * (self.row.count() - 1), self.height() - 6)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._title)
        left = 12.0 + QFontMetrics(font).horizontalAdvance(self._title) + 10
        font = theme.text_font(11)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        shown = metrics.elidedText(self._subtitle, Qt.TextElideMode.ElideRight, int(max(0.0, box.right() - left)))
        for number, part in enumerate(shown.split(", ")):
            text = part if number == 0 else f", {part}"
            comma = metrics.horizontalAdvance(", ") if number else 0
            painter.setPen(tokens.color("text3"))
            painter.drawText(QRectF(left, 5, 1000, self.height() - 6), Qt.AlignmentFlag.AlignVCenter, text)
            if part in _TOKENS:
                painter.setPen(tokens.color(_TOKENS[part]))
                painter.drawText(QRectF(left + comma, 5, 1000, self.height() - 6), Qt.AlignmentFlag.AlignVCenter, part)
            left += metrics.horizontalAdvance(text)


class _Body(QWidget):
    """The lower part of the card, with the view in it."""

    def __init__(self, view: View) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 2, 9, 7)
        column.addWidget(view)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_frame(QPainter(self), QRectF(0, -20, self.width(), self.height() + 20), self.rect().height())


def _paint_frame(painter: QPainter, card: QRectF, height: int) -> None:
    """One half of the card: the other half is painted by its sibling."""
    tokens = theme.current().tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(QRectF(0, 0, card.width(), height))
    painter.setBrush(tokens.color("surf"))
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
