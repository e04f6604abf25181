"""The breadcrumb over the canvas: where what is shown lies, and how one gets back; only inside a subnetwork."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.inside import UsePath
from explorer.templates import use_counts
from ui import theme
from ui.scope import Scope
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.containers import Separator, empty
from ui.widgets.text import ElidedLabel, TextLabel, tooltip

_LONGEST = 18
"""Letters of a name that are shown; the tooltip has all."""
_MOST = 4
"""Steps that are shown; of a deeper path the middle is left out."""


class Breadcrumb(QWidget):
    """The project › block › conv: each step but the last is a button that leads there."""

    go_wanted = Signal(object)
    """The path that a person wants to see."""
    leave_wanted = Signal()

    def __init__(self, scope: Scope, parent: QWidget) -> None:
        super().__init__(parent)
        self._scope = scope
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Where this is")
        self.back = IconButton("arrow-left", "Back to what this subnetwork lies in", "Alt+Up", side=28)
        self.back.clicked.connect(self.leave_wanted)
        self.steps: list[PushButton] = []
        self.here = TextLabel("", "heading")
        self.uses = ElidedLabel("", "caption")
        self.uses.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 16, 4)
        row.setSpacing(4)
        self._steps = QHBoxLayout()
        self._steps.setSpacing(0)
        row.addWidget(self.back)
        row.addLayout(self._steps)
        row.addWidget(self.here)
        row.addSpacing(16)
        row.addWidget(self.uses, 1)
        column.addLayout(row)
        column.addWidget(Separator())
        self.show_path()

    def show_path(self) -> None:
        """Show where the scope is now; nothing for the whole network."""
        scope, path = self._scope, self._scope.path
        self.setVisible(bool(path))
        empty(self._steps)
        self.steps = []
        if not path:
            return
        names = (scope.document.project.name or "network", *path)
        for place in range(len(names) - 1):
            if len(names) <= _MOST or place == 0 or place >= len(names) - _MOST + 1:
                self._add_step(names[place], path[:place])
            elif place == 1:
                self._add_step("…", path[: len(names) - _MOST])
        self.here.setText(_short(path[-1]))
        self.here.setToolTip(tooltip(path[-1]))
        count, template = use_counts(scope.document.network)[scope.template], scope.template
        self.uses.setText(f"template {template}, used {f'{count} times' if count > 1 else 'once'}")
        self.uses.setToolTip(tooltip(f"What is changed here changes in every use of {template}"))

    def _add_step(self, name: str, path: UsePath) -> None:
        where = " › ".join(path) or name
        button = PushButton(_short(name), variant="ghost", scale="compact", tip=f"Back to {where}")
        button.clicked.connect(lambda: self.go_wanted.emit(path))
        self.steps.append(button)
        self._steps.addWidget(button)
        self._steps.addWidget(_Chevron())


class _Chevron(QWidget):
    """Between two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 6, theme.pixmap("chevron-right", "text3", 16, self.devicePixelRatioF()))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"
