"""TopBar: home, the file and its menu, undo and redo; the workspaces; search, theme and device."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QSizePolicy, QWidget

from ui.commands import one_of
from ui.document import Document
from ui.widgets.buttons import ActionButton, IconButton, PushButton
from ui.widgets.containers import Separator
from ui.widgets.segmented import SegmentedControl
from ui.widgets.text import tooltip

WORKSPACES = (
    ("build", "Build", "graph-outline"),
    ("train", "Train", "chart-line"),
    ("step", "Step", "debug-step-over"),
)
TIPS = {
    "build": "layers, wires and their settings",
    "train": "the run, its settings, and live views of it",
    "step": "one iteration, number by number",
}
DEVICES = (("auto", "A GPU if there is one, else the processor"), ("cpu", "The processor"), ("cuda", "An NVIDIA GPU"),
           ("mps", "An Apple GPU"))  # fmt: skip


class TopBar(QWidget):
    """The bar at the top. It asks by signals, and shows what it is told."""

    home_asked = Signal()
    search_asked = Signal()
    workspace_picked = Signal(str)
    device_picked = Signal(str)

    def __init__(self, document: Document, menu: QMenu, undo: QAction, redo: QAction) -> None:
        super().__init__()
        self._document = document
        self._used = ""
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(49)
        self.home = IconButton("home-outline", "Start page: examples and recent projects", icon_size=20)
        self.home.clicked.connect(self.home_asked)
        self.file = PushButton("untitled", variant="ghost", tip="The project: new, open, save, and all other commands")
        self.file.setMenu(menu)
        self.file.setMaximumWidth(280)
        self._undo, self._redo = (ActionButton(a, icon, 20) for a, icon in ((undo, "undo"), (redo, "redo")))
        self.tabs = SegmentedControl([*WORKSPACES], large=True, name="Workspace")
        self.tabs.picked.connect(self.workspace_picked)
        self.search = PushButton("Search or command", "magnify", chip=True, tip="Find a command, a layer or an example")
        self.search.setMinimumWidth(216)
        self.search.clicked.connect(self.search_asked)
        self.device = PushButton("auto", "chip", tip="Where training runs")
        self._devices: dict[str, QAction] = {}
        self.device.setMenu(self._device_menu())
        self._lay_out()
        document.file_changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    def set_workspace(self, name: str) -> None:
        """Mark the workspace that is shown; an empty name marks none, as on the start page."""
        self.tabs.set_current(name)

    def set_workspace_keys(self, name: str, keys: str) -> None:
        """Tell of the keys that show a workspace."""
        title = next(title for known, title, _ in WORKSPACES if known == name)
        self.tabs.set_segment_tip(name, f"{title}: {TIPS[name]}", keys)

    def set_used_device(self, device: str) -> None:
        """Show the device that training really uses, where the choice was left to the program."""
        self._used = device
        self.refresh()

    def refresh(self) -> None:
        """Show the file's name, with a star for unsaved changes, and the device that was chosen."""
        star = " *" if self._document.dirty else ""
        name = self.file.fontMetrics().elidedText(self._document.title, Qt.TextElideMode.ElideMiddle, 220)
        self.file.setText(f"{name}{star}")
        saved = "unsaved changes" if self._document.dirty else "no unsaved changes"
        where = str(self._document.path) if self._document.path else "not saved in a file yet"
        self.file.setToolTip(tooltip(f"{where}; {saved}. Opens the menu of all commands."))
        device = self._document.project.settings["device"]
        if device in self._devices:
            self._devices[device].setChecked(True)
        self.device.setText(self._used if device == "auto" and self._used else device)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        for side, widgets, direction in (
            (left, (self.home, self.file, self._undo, self._redo), QBoxLayout.Direction.LeftToRight),
            (right, (self.search, self.device), QBoxLayout.Direction.LeftToRight),
        ):
            row = QBoxLayout(direction, side)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            if side is right:
                row.addStretch(1)
            for widget in widgets:
                row.addWidget(widget)
            if side is left:
                row.addStretch(1)
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row_all = QHBoxLayout()
        row_all.setContentsMargins(8, 0, 8, 0)
        row_all.setSpacing(8)
        row_all.addWidget(left, 1)
        row_all.addWidget(self.tabs)
        row_all.addWidget(right, 1)
        column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row_all, 1)
        column.addWidget(Separator())

    def _device_menu(self) -> QMenu:
        menu = QMenu(self)
        for device, explanation in DEVICES:
            action = menu.addAction(f"{device} — {explanation}")
            action.triggered.connect(lambda _checked=False, device=device: self.device_picked.emit(device))
            self._devices[device] = action
        one_of(list(self._devices.values()), 0, menu)
        return menu
