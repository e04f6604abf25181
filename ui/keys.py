"""KeyMap: which keys do what: those that the commands come with, and those that a person chose instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction, QKeySequence

STEP_GROUP = "Step"
"""The commands that have their keys only while numbers are stepped through; there they come before all others."""
_SETTING = "keys"
_BETWEEN = "\n"


@dataclass(frozen=True)
class Keyed:
    """One command: its id, the group it is listed in, what it is called, its action, and the keys it comes with."""

    id: str
    group: str
    title: str
    action: QAction
    own: tuple[str, ...]


class KeyMap(QObject):
    """Gives every action its keys, and keeps what a person changed in the settings.

    An action is known by its objectName, and keys by their portable text such as ``Ctrl+D``. Keys that two commands
    would have go to the one for which they were chosen.
    """

    changed = Signal()

    def __init__(self, groups: Mapping[str, Sequence[QAction]], settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._stepping = False
        self.commands = {
            action.objectName(): Keyed(action.objectName(), group, _title(action), action, keys_of(action))
            for group, actions in groups.items()
            for action in actions
        }
        self._chosen = {name: keys for name in self.commands if (keys := self._stored(name)) is not None}
        self._apply()

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of a command, wherever they work."""
        if name in self._chosen:
            return self._chosen[name]
        taken = {key for other, keys in self._chosen.items() if self._meet(name, other) for key in keys}
        return tuple(key for key in self.commands[name].own if key not in taken)

    def owner(self, key: str, name: str) -> str | None:
        """The other command that has a key where this one would have it too."""
        return next((n for n in self.commands if n != name and self._meet(n, name) and key in self.keys(n)), None)

    def is_changed(self, name: str) -> bool:
        """Whether a person chose the keys of a command."""
        return name in self._chosen

    def choose(self, name: str, keys: Iterable[str]) -> None:
        """Give a command these keys and no others; another command that has one of them loses it."""
        wanted = tuple(dict.fromkeys(keys))
        for key in wanted:
            owner = self.owner(key, name)
            if owner is not None and owner in self._chosen:
                self._keep(owner, tuple(k for k in self.keys(owner) if k != key))
        self._keep(name, wanted)
        self._apply()

    def reset(self, name: str) -> None:
        """Give a command the keys that it comes with, as far as they have not been chosen for another."""
        self._chosen.pop(name, None)
        self._settings.remove(f"{_SETTING}/{name}")
        self._apply()

    def reset_all(self) -> None:
        """Give every command the keys that it comes with."""
        self._chosen.clear()
        self._settings.remove(_SETTING)
        self._apply()

    def show_stepping(self, stepping: bool) -> None:
        """Whether numbers are stepped through now."""
        self._stepping = stepping
        self._apply()

    def _apply(self) -> None:
        """Bind the keys as they work now."""
        first = {key for name in self._step_names() for key in self.keys(name)} if self._stepping else set[str]()
        for name, command in self.commands.items():
            keys = self.keys(name)
            if command.group == STEP_GROUP:
                keys = keys if self._stepping else ()
            else:
                keys = tuple(key for key in keys if key not in first)
            if keys_of(command.action) != keys:
                command.action.setShortcuts([QKeySequence(key) for key in keys])
        self.changed.emit()

    def _step_names(self) -> list[str]:
        return [name for name, command in self.commands.items() if command.group == STEP_GROUP]

    def _meet(self, one: str, two: str) -> bool:
        """Whether two commands must not have the same key: those of stepping come before the others."""
        groups = (self.commands[one].group == STEP_GROUP, self.commands[two].group == STEP_GROUP)
        return one != two and groups[0] == groups[1]

    def _keep(self, name: str, keys: tuple[str, ...]) -> None:
        self._chosen[name] = keys
        self._settings.setValue(f"{_SETTING}/{name}", _BETWEEN.join(keys))

    def _stored(self, name: str) -> tuple[str, ...] | None:
        """What the settings say, if it can be read as keys."""
        value = self._settings.value(f"{_SETTING}/{name}")
        if not isinstance(value, str):
            return None
        read = [QKeySequence(part).toString(_PORTABLE) for part in value.split(_BETWEEN) if part]
        return tuple(key for key in read if key) if all(read) else None


_PORTABLE = QKeySequence.SequenceFormat.PortableText


def keys_of(action: QAction) -> tuple[str, ...]:
    """The keys that an action has now."""
    return tuple(key.toString(_PORTABLE) for key in action.shortcuts())


def _title(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def follow_keys(action: QAction, show: Callable[[str], object]) -> None:
    """Tell ``show`` the first of an action's keys ("" for none), now and whenever it changes."""

    def tell() -> None:
        show(action.shortcut().toString(_PORTABLE))

    action.changed.connect(tell)
    tell()
