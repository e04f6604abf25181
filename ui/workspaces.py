"""Workspaces: Build, Train and Step are arrangements of the same docks, each remembered."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from ui.preferences import Preferences
from ui.widgets.buttons import IconButton
from ui.widgets.text import ElidedLabel

LAYOUT_VERSION = 1
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True)
class Panel:
    """One dock: its id and title, its widget, where it goes, its size there, and the workspaces that show it.

    A panel whose widget has a heading of its own needs no title bar: ``heading`` is False. ``beside`` is another panel
    with which it shares its place, as tabs.
    """

    id: str
    title: str
    widget: QWidget
    area: Qt.DockWidgetArea
    size: int
    workspaces: tuple[str, ...]
    heading: bool = True
    beside: str = ""


class DockTitle(QWidget):
    """The heading of a dock, by which it can be moved, and a button that closes it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 0)
        row.addWidget(ElidedLabel(dock.windowTitle(), "heading"), 1)
        close = IconButton("close", f"Close {dock.windowTitle()}; the View menu shows it again", icon_size=14, side=24)
        close.clicked.connect(dock.close)
        row.addWidget(close)


class Workspaces(QObject):
    """Shows one workspace at a time: its page in the middle, its docks around."""

    changed = Signal(str)

    def __init__(
        self, window: QMainWindow, preferences: Preferences, pages: dict[str, QWidget], panels: list[Panel]
    ) -> None:
        super().__init__(window)
        self._window, self._preferences, self._panels = window, preferences, panels
        self._pages = pages
        self._stack = QStackedWidget()
        for page in pages.values():
            self._stack.addWidget(page)
        window.setCentralWidget(self._stack)
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        # What lies at the bottom, such as the timeline, is as wide as the window.
        window.setCorner(Qt.Corner.BottomLeftCorner, BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, BOTTOM)
        self._widened: set[str] = set()
        self.docks = {panel.id: self._dock(panel) for panel in panels}
        self.current = ""

    def show(self, name: str) -> None:
        """Show a workspace (or the start page, ``home``), as it was left or as it comes."""
        if name == self.current:
            return
        self.remember()
        self.current = name
        self._stack.setCurrentWidget(self._pages[name])
        state = self._preferences.layout(name)
        if state is None or not self._window.restoreState(state, LAYOUT_VERSION):
            self.arrange()
        self._pages[name].setFocus()
        self.changed.emit(name)

    def arrange(self) -> None:
        """Put the docks of this workspace where they come."""
        for panel in self._panels:
            dock = self.docks[panel.id]
            dock.setFloating(False)
            self._place(panel, dock)
            dock.setVisible(self.current in panel.workspaces)
        shown = [panel for panel in self._panels if self.current in panel.workspaces]
        for direction, areas in ((Qt.Orientation.Horizontal, (LEFT, RIGHT)), (Qt.Orientation.Vertical, (BOTTOM,))):
            sized = [panel for panel in shown if panel.area in areas]
            if sized:
                docks = [self.docks[panel.id] for panel in sized]
                factor = self._share() if direction == Qt.Orientation.Horizontal else 1.0
                self._window.resizeDocks(docks, [round(panel.size * factor) for panel in sized], direction)

    def show_above(self, name: str, below: str) -> None:
        """Show a dock, in this workspace above another one, each as wide as both."""
        dock, other = self.docks[name], self.docks[below]
        if dock.isHidden() and other.isVisible():
            self._window.splitDockWidget(dock, other, Qt.Orientation.Vertical)
        dock.show()

    def reset(self) -> None:
        """Forget every arrangement, and put this workspace's docks where they come."""
        self._preferences.forget_layouts()
        self.arrange()

    def remember(self) -> None:
        """Keep the arrangement of the workspace that is shown."""
        if self.current and self.current != "home":
            self._preferences.set_layout(self.current, self._window.saveState(LAYOUT_VERSION))

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(panel.id)
        dock.setWidget(panel.widget)
        dock.setTitleBarWidget(DockTitle(dock) if panel.heading else QWidget(dock))
        self._window.addDockWidget(panel.area, dock)
        dock.hide()
        if panel.beside:
            dock.toggleViewAction().triggered.connect(lambda shown: dock.raise_() if shown else None)
            dock.visibilityChanged.connect(lambda seen: self._make_room(panel, dock) if seen else None)
        return dock

    def _make_room(self, panel: Panel, dock: QDockWidget) -> None:
        """Widen the place that a panel shares when it is first seen: it comes in the width that the other needs."""
        if panel.id not in self._widened and dock.width() < self._share() * panel.size:
            self._window.resizeDocks([dock], [round(self._share() * panel.size)], Qt.Orientation.Horizontal)
        self._widened.add(panel.id)

    def _share(self) -> float:
        """In a small window the panels give way sooner than the page in the middle."""
        return min(1.0, max(0.5, (self._window.width() - 320) / 960))

    def _place(self, panel: Panel, dock: QDockWidget) -> None:
        self._window.addDockWidget(panel.area, dock)
        if panel.beside:
            self._window.tabifyDockWidget(self.docks[panel.beside], dock)
