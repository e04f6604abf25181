"""Workspaces: Build, Train and Step are arrangements of the same docks, each remembered."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from ui.preferences import Preferences
from ui.widgets.buttons import IconButton
from ui.widgets.text import ElidedLabel

LAYOUT_VERSION = 1
_WINDOW = "window"
USUAL_WIDTH = 1280
"""The width of a window in which panels have their own sizes."""
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True)
class Panel:
    """One dock: its id and title, its widget, where it goes, its size there, and the workspaces that show it.

    A panel whose widget has a heading of its own needs no title bar: ``heading`` is False. ``beside`` is another panel
    with which it shares its place, as tabs. ``grows`` is its share of what a window is wider than USUAL_WIDTH.
    """

    id: str
    title: str
    widget: QWidget
    area: Qt.DockWidgetArea
    size: int
    workspaces: tuple[str, ...]
    heading: bool = True
    beside: str = ""
    grows: float = 0.0


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
        self._widths: dict[str, int] = {}
        self._width = window.width()
        """That of the window for which the panels were made as wide as they are."""
        self._resized = QTimer(self, singleShot=True, interval=0)
        self._resized.timeout.connect(self._spread)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._size)
        window.installEventFilter(self)
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
        else:
            self._widths = self._preferences.layout_widths(name)
            self._width = self._widths.pop(_WINDOW, self._window.width())
            self._spread()
        self._pages[name].setFocus()
        self.changed.emit(name)

    def arrange(self) -> None:
        """Put the docks of this workspace where they come."""
        for panel in self._panels:
            dock = self.docks[panel.id]
            dock.setFloating(False)
            self._place(panel, dock)
            dock.setVisible(self.current in panel.workspaces)
        self._size()
        self._settled.start()

    def _size(self) -> None:
        """Let the docks be as wide or high as they come; once more when Qt has laid out those that were hidden."""
        shown = [panel for panel in self._panels if self.current in panel.workspaces]
        for direction, areas in ((Qt.Orientation.Horizontal, (LEFT, RIGHT)), (Qt.Orientation.Vertical, (BOTTOM,))):
            sized = [panel for panel in shown if panel.area in areas]
            if sized:
                docks = [self.docks[panel.id] for panel in sized]
                factor = self._share() if direction == Qt.Orientation.Horizontal else 1.0
                more = _beyond(self._window.width()) if direction == Qt.Orientation.Horizontal else 0
                sizes = [round(panel.size * factor + panel.grows * more) for panel in sized]
                self._window.resizeDocks(docks, sizes, direction)
        self._width = self._window.width()

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
            widths = {_WINDOW: self._width, **self._widths}
            self._preferences.set_layout(self.current, self._window.saveState(LAYOUT_VERSION), widths)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            if watched is self._window:
                self._resized.start()
            elif isinstance(watched, QDockWidget) and self._window.width() == self._width:
                # Qt makes docks narrower itself before a narrower window tells of it: those widths do not count.
                self._widths[watched.objectName()] = watched.width()
        return super().eventFilter(watched, event)

    def _spread(self) -> None:
        """Let panels that show more in more room have their share of what the window grew, or give it back."""
        before, self._width = self._width, self._window.width()
        more = _beyond(self._width) - _beyond(before)
        growing = [(self.docks[panel.id], panel.grows * more) for panel in self._panels if panel.grows]
        shown = [(dock, share) for dock, share in growing if dock.isVisible() and not dock.isFloating()]
        if more and shown:
            sizes = [round(self._widths.get(dock.objectName(), dock.width()) + share) for dock, share in shown]
            self._window.resizeDocks([dock for dock, _ in shown], sizes, Qt.Orientation.Horizontal)

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(panel.id)
        dock.setWidget(panel.widget)
        dock.setTitleBarWidget(DockTitle(dock) if panel.heading else QWidget(dock))
        self._window.addDockWidget(panel.area, dock)
        dock.hide()
        if panel.grows:
            dock.installEventFilter(self)
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


def _beyond(width: int) -> int:
    """How much wider than usual a window is."""
    return max(0, width - USUAL_WIDTH)
