"""ShortcutsPage: every command and its keys, made from the actions themselves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.text import TextLabel


class ShortcutsPage(QDialog):
    """A window beside the main one that lists the keys by group; it does not stop anything."""

    def __init__(self, groups: Sequence[tuple[str, Sequence[QAction]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 560)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(24, 24, 24, 24)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 1)
        row = 0
        for title, actions in groups:
            keyed = [action for action in actions if not action.shortcut().isEmpty()]
            if not keyed:
                continue
            grid.addWidget(TextLabel(title, "heading"), row, 0)
            row += 1
            for action in keyed:
                keys = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()]
                shown = TextLabel("  or  ".join(keys), "secondary")
                shown.setFont(theme.mono_font(12))
                grid.addWidget(TextLabel(action.text().replace("&", "")), row, 0)
                grid.addWidget(shown, row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
