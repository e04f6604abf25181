"""RecordKeys: the part of the keys' window that gives the marked command other keys, and tells of conflicts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QVBoxLayout, QWidget

from ui import theme
from ui.keys import KeyMap
from ui.widgets.buttons import PushButton
from ui.widgets.text import ElidedLabel, TextLabel, native_keys

_PORTABLE = QKeySequence.SequenceFormat.PortableText


class RecordKeys(QWidget):
    """The command's name and keys, and buttons: change them, add others, take them away, reset them."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys, self._name, self._adding, self._pressed = keys, "", False, ""
        self.title = ElidedLabel("", "heading")
        self.shown = TextLabel("", "secondary")
        self.shown.setFont(theme.mono_font(12))
        self.field = _KeyField()
        self.told = TextLabel("", "secondary", wrap=True)
        self.change = PushButton("Change", "keyboard-outline", "accent", "compact", tip="Press other keys")
        self.add = PushButton("Add", "plus", scale="compact", tip="Press keys that do the same beside these")
        self.remove = PushButton("No keys", "close", scale="compact", tip="Take the keys away")
        self.reset = PushButton("Reset", "restore", scale="compact", tip="Back to the keys that it comes with")
        self.take = PushButton("Take them", "check", "accent", "compact", tip="Take these keys from the other command")
        self.leave = PushButton("Cancel", "", scale="compact", tip="Leave the keys as they are")
        self._lay_out()
        self.change.clicked.connect(lambda: self.start(adding=False))
        self.add.clicked.connect(lambda: self.start(adding=True))
        self.remove.clicked.connect(lambda: keys.choose(self._name, ()))
        self.reset.clicked.connect(lambda: keys.reset(self._name))
        self.take.clicked.connect(self._commit)
        self.leave.clicked.connect(self._rest)
        self.field.pressed.connect(self._on_pressed)
        self.field.left.connect(self._rest)
        self._rest()

    def show_command(self, name: str) -> None:
        """Show a command; an empty name shows none."""
        self._name = name
        self._rest()

    def start(self, adding: bool) -> None:
        """Wait for keys, in place of those that the command has or beside them."""
        self._adding, self._pressed = adding, ""
        self.told.setText("Press the keys; Esc leaves.")
        self._show(recording=True)
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(8)
        top, row = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.shown)
        row.setSpacing(8)
        for widget in (self.change, self.add, self.remove, self.reset, self.field, self.take, self.leave):
            row.addWidget(widget)
        row.addWidget(self.told, 1)
        column.addLayout(top)
        column.addLayout(row)
        self.setFixedHeight(80)

    def _show(self, recording: bool, conflict: bool = False) -> None:
        for button in (self.change, self.add, self.remove, self.reset):
            button.setVisible(not recording)
        self.field.setVisible(recording)
        self.take.setVisible(conflict)
        self.leave.setVisible(recording)

    def _rest(self) -> None:
        """Show the command as it is, and its buttons."""
        command = self._keys.commands.get(self._name)
        held = self._keys.keys(self._name) if command else ()
        self.title.setText(command.title if command else "")
        self.shown.setText("  or  ".join(map(native_keys, held)) or ("no keys" if command else ""))
        self.told.setText("" if command else "Mark a command to change its keys.")
        self._show(recording=False)
        self.change.setEnabled(command is not None)
        self.add.setEnabled(command is not None)
        self.remove.setEnabled(bool(held))
        self.reset.setEnabled(self._keys.is_changed(self._name))

    def _on_pressed(self, key: str) -> None:
        """Keys were pressed: they are the command's, unless another has them."""
        self._pressed = key
        owner = self._keys.owner(key, self._name)
        if owner is None:
            self._commit()
            return
        title = self._keys.commands[owner].title
        self.told.setText(f"{native_keys(key)} belongs to “{title}”.")
        self._show(recording=True, conflict=True)
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _commit(self) -> None:
        before = self._keys.keys(self._name) if self._adding else ()
        self._keys.choose(self._name, (*before, self._pressed))
        self._rest()


class _KeyField(QKeySequenceEdit):
    """Takes the next keys that are pressed, whatever they do elsewhere."""

    pressed = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setAccessibleName("Press the keys")
        self.setFixedWidth(160)
        self.keySequenceChanged.connect(self._tell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def _tell(self, keys: QKeySequence) -> None:
        text = keys.toString(_PORTABLE)
        if text:
            self.pressed.emit(text)
