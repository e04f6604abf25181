"""The buttons over the canvas: tools at the left, zoom at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.text import tooltip

_HEIGHT = 28


class Tools(QWidget):
    """Pointer or hand, add a layer, arrange."""

    hand_changed = Signal(bool)
    """Whether dragging the canvas moves it instead of selecting."""
    add_wanted = Signal()
    arrange_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hand = IconButton("cursor-default-outline", "Select", side=_HEIGHT, outlined=True, token="text")
        self.hand.setCheckable(True)
        self.hand.toggled.connect(self._turn)
        self.add = PushButton("Add layer", "plus", scale="compact", keys="Tab", chip=True, tip="Add a layer")
        self.arrange = PushButton("Arrange", "sitemap-outline", scale="compact", tip="Lay the layers out anew")
        self.add.clicked.connect(self.add_wanted)
        self.arrange.clicked.connect(self.arrange_wanted)
        _row(self, self.hand, self.add, self.arrange)
        self._turn(False)

    def _turn(self, hand: bool) -> None:
        self.hand.set_icon("hand-back-right-outline" if hand else "cursor-default-outline")
        self.hand.set_tip(
            "Dragging moves the canvas; click to select again" if hand else "Dragging selects; click to move the canvas"
        )
        self.hand_changed.emit(hand)


class ZoomBar(QWidget):
    """Smaller, the size in per cent (a click makes it 100 %), larger, everything."""

    out_wanted = Signal()
    in_wanted = Signal()
    whole_wanted = Signal()
    fit_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.smaller = IconButton("minus", "Zoom out", "-", side=_HEIGHT, outlined=True, token="text")
        self.percent = PushButton("100 %", scale="compact", tip="Zoom to 100 %", keys="")
        self.percent.setFont(theme.mono_font(12))
        self.larger = IconButton("plus", "Zoom in", "+", side=_HEIGHT, outlined=True, token="text")
        self.fit = IconButton(
            "fit-to-page-outline", "Show the whole network", "F", side=_HEIGHT, outlined=True, token="text"
        )
        for button, signal in (
            (self.smaller, self.out_wanted),
            (self.percent, self.whole_wanted),
            (self.larger, self.in_wanted),
            (self.fit, self.fit_wanted),
        ):
            button.clicked.connect(signal)
        self.percent.setToolTip(tooltip("Zoom to 100 %", "0"))
        self.percent.setMinimumWidth(56)
        _row(self, self.smaller, self.percent, self.larger, self.fit)

    def show_zoom(self, zoom: float) -> None:
        """Tell the size: 1 is 100 %."""
        self.percent.setText(f"{round(zoom * 100)} %")


def _row(widget: QWidget, *buttons: QWidget) -> None:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for button in buttons:
        button.setCursor(Qt.CursorShape.ArrowCursor)
        row.addWidget(button)
