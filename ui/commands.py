"""Commands: every action of the window in one list, from which menus, keys, search and help are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget

from ui import theme


@dataclass(frozen=True)
class Command:
    """One action: its group (a menu), its text, what it does, its keys and icon."""

    group: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""


def make_actions(window: QWidget, commands: list[Command]) -> dict[str, list[QAction]]:
    """The actions by group, in order; their keys work wherever the focus is in the window."""
    groups: dict[str, list[QAction]] = {}
    for command in commands:
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setProperty("icon_name", command.icon)
        action.triggered.connect(lambda _checked=False, run=command.run: run())
        window.addAction(action)
        groups.setdefault(command.group, []).append(action)
    return groups


def make_menu(parent: QWidget, groups: dict[str, list[QAction]], extra: dict[str, list[QMenu]]) -> QMenu:
    """One menu with a submenu per group, the first group flat; ``extra`` adds submenus to a group."""
    menu = QMenu(parent)
    for place, (group, actions) in enumerate(groups.items()):
        target = menu if place == 0 else menu.addMenu(group)
        for action in actions:
            target.addAction(action)
        for submenu in extra.get(group, []):
            target.addMenu(submenu)
        if place == 0:
            menu.addSeparator()
    return menu


def refresh_icons(groups: dict[str, list[QAction]]) -> None:
    """Draw the icons in the theme's colours."""
    for actions in groups.values():
        for action in actions:
            name = action.property("icon_name")
            if name:
                action.setIcon(theme.icon(name, "text2", 16))


def types_text() -> bool:
    """Whether the focus is in a text field, where single keys are letters."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QPlainTextEdit)
