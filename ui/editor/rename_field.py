"""The field that renames a node where it stands; a name that is refused says why, and stays to be mended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.network import NetworkError
from ui import theme
from ui.editor.note import Note
from ui.widgets.fields import mark_refused

_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class RenameField(QLineEdit):
    """Asks ``rename(old, new)`` on Enter and when the keyboard leaves; Escape leaves the old name."""

    closed = Signal()
    """It is gone, and the keyboard is free."""

    def __init__(self, rename: Callable[[str, str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._rename = rename
        self._old = ""
        self.note = Note(parent)
        self.setFont(theme.text_font(13, 600))
        self.setAccessibleName("Name of the layer")
        self.textEdited.connect(self._unmark)
        self.hide()

    @property
    def name(self) -> str:
        """The node that is being renamed, by its old name."""
        return self._old

    def open_for(self, name: str, where: QRect) -> None:
        """Show it over a rectangle of the parent, with the name selected."""
        self._old = name
        self.setText(name)
        self.selectAll()
        self.setGeometry(where)
        self._unmark()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def give_up(self) -> None:
        """Go, because the node has gone."""
        if self.isVisible():
            self._close(give_back=self.hasFocus())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() in _TAKES:
            self._commit(stay=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit(stay=False)

    def _commit(self, stay: bool) -> None:
        """Rename; a refused name is told, and given up only if the keyboard has gone elsewhere."""
        try:
            self._rename(self._old, self.text().strip())
        except NetworkError as error:
            if stay:
                mark_refused(self, True)
                self.note.tell(str(error), self.geometry().bottomLeft() - QPoint(16, 10))
                return
        self._close(give_back=stay)

    def _close(self, give_back: bool = True) -> None:
        self._unmark()
        if self.isVisible():
            self.hide()
            if give_back:
                self.closed.emit()

    def _unmark(self) -> None:
        mark_refused(self, False)
        self.note.tell("", QPoint())
