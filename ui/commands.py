"""Commands: every action of the window in one list, from which menus, keys, search and help are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget

from ui import theme


@dataclass(frozen=True)
class Command:
    """One action: its group (a menu), its text (from which follows its id), what it does, its keys and icon."""

    group: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""

    @property
    def id(self) -> str:
        """The name under which a person's choice of keys is kept: ``save_as`` for ``Save as…``."""
        return re.sub(r"\W+", "_", self.text.lower()).strip("_")


def make_actions(window: QWidget, commands: list[Command]) -> dict[str, list[QAction]]:
    """The actions by group, in order; their keys work wherever the focus is in the window."""
    groups: dict[str, list[QAction]] = {}
    for command in commands:
        action = QAction(command.text, window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setProperty("icon_name", command.icon)
        action.triggered.connect(lambda _checked=False, run=command.run: run())
        window.addAction(action)
        groups.setdefault(command.group, []).append(action)
    return groups


def make_menu(
    parent: QWidget,
    groups: Mapping[str, Sequence[QAction]],
    nested: Mapping[str, str],
    extra: Mapping[str, list[QMenu]],
) -> QMenu:
    """One menu with a submenu per group, the first group flat.

    ``nested`` puts a group into the submenu of an earlier one; ``extra`` adds submenus to a group.
    """
    menu = QMenu(parent)
    made: dict[str, QMenu] = {}
    for group, actions in groups.items():
        target = made[nested[group]].addMenu(group) if group in nested else menu.addMenu(group) if made else menu
        made[group] = target
        target.addActions(actions)
        for submenu in extra.get(group, []):
            target.addMenu(submenu)
        if target is menu:
            menu.addSeparator()
    return menu


def one_of(actions: Sequence[QAction], chosen: int, parent: QObject) -> None:
    """Let exactly one of the actions be checked, ``chosen`` at first."""
    group = QActionGroup(parent)
    for place, action in enumerate(actions):
        action.setCheckable(True)
        action.setChecked(place == chosen)
        group.addAction(action)


def refresh_icons(groups: Mapping[str, Sequence[QAction]]) -> None:
    """Draw the icons in the theme's colours."""
    for actions in groups.values():
        for action in actions:
            name = action.property("icon_name")
            if name:
                action.setIcon(theme.icon(name, "text2", 16))


def types_text() -> bool:
    """Whether the focus is in a text field, where single keys are letters."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QPlainTextEdit)
