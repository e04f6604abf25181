"""The buttons over the canvas: tools at the left, zoom at the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ui import theme
from ui.editor.over_canvas import OverCanvas
from ui.widgets.buttons import ActionButton, PushButton
from ui.widgets.text import tooltip

_SIDE = 28
_TOOLS = (
    ("tool_select", "cursor-default-outline"), ("tool_lasso", "lasso"), ("tool_hand", "hand-back-right-outline"),
    ("snap", "magnet"),
)  # fmt: skip


class Tools(OverCanvas):
    """What dragging does, adding a layer, and the ways to arrange layers."""

    def __init__(self, actions: Mapping[str, QAction], arranging: QMenu, parent: QWidget) -> None:
        super().__init__(parent)
        buttons = [ActionButton(actions[name], icon, side=_SIDE, outlined=True) for name, icon in _TOOLS]
        self.add = PushButton("Add layer", "plus", scale="compact", keys="Tab", chip=True, tip="Add a layer")
        self.arrange = PushButton("Arrange", "sitemap-outline", scale="compact", tip="Lay out or align layers")
        self.arrange.setMenu(arranging)
        self._action, self._spare = actions["add"], 0
        self.add.clicked.connect(self._action.trigger)
        self._action.changed.connect(self._label)
        self.add.setAccessibleName(self.add.text())
        self.arrange.setAccessibleName(self.arrange.text())
        _row(self, *buttons, self.add, self.arrange)
        self._label()

    def fit(self, room: int) -> None:
        """Be no wider than ``room`` pixels, if need be without keys, then without words, on the buttons."""
        for self._spare in range(3):
            self._label()
            if self.sizeHint().width() <= room:
                break
        self.adjustSize()

    def _label(self) -> None:
        """Show on the buttons what there is room for."""
        words = self._spare < 2
        self.add.setText(self.add.accessibleName() if words else "")
        self.arrange.setText(self.arrange.accessibleName() if words else "")
        self.add.set_keys(_keys(self._action), shown=self._spare == 0)


class ZoomBar(OverCanvas):
    """Smaller, the size in per cent (a click makes it 100 %), larger, everything."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.percent = PushButton("100 %", scale="compact")
        self.percent.setFont(theme.mono_font(12))
        self.percent.setMinimumWidth(56)
        self.percent.clicked.connect(actions["zoom_whole"].trigger)
        actions["zoom_whole"].changed.connect(lambda: self._explain(actions["zoom_whole"]))
        self._explain(actions["zoom_whole"])
        smaller, larger, fit = (
            ActionButton(actions[name], icon, side=_SIDE, outlined=True)
            for name, icon in (("zoom_out", "minus"), ("zoom_in", "plus"), ("fit", "fit-to-page-outline"))
        )
        _row(self, smaller, self.percent, larger, fit)

    def show_zoom(self, zoom: float) -> None:
        """Tell the size: 1 is 100 %."""
        self.percent.setText(f"{round(zoom * 100)} %")

    def _explain(self, action: QAction) -> None:
        self.percent.setToolTip(tooltip("Zoom to 100 %", _keys(action)))


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)


def _row(widget: QWidget, *buttons: QWidget) -> None:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for button in buttons:
        button.setCursor(Qt.CursorShape.ArrowCursor)
        row.addWidget(button)
