"""ViewGrid: the live views as docks side by side, which can be moved, closed, added again, and are remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QVBoxLayout, QWidget, QWidgetAction

from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.watch.dock import ViewDock
from ui.watch.sketch import SketchRow
from ui.watch.view import View
from ui.widgets.containers import EmptyState

VERSION = 1
_GAP = 8
_SHEET = f"QMainWindow::separator {{ background: transparent; width: {_GAP}px; height: {_GAP}px; }}"


class ViewGrid(QMainWindow):
    """Views as docks: those that suit the network are open from the start, unless a person chose otherwise."""

    asked = Signal(str)
    """A place where the person wants to go: ``build``, ``data`` or ``problems``."""
    refused = Signal(str)
    """Why something could not be saved, one sentence."""

    def __init__(
        self, views: Sequence[type[View]], document: Document, trainer: Trainer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._document = document
        self._chosen: dict[str, bool] = {}
        self._due = False
        """Whether the network has changed since the views were chosen, while nobody saw them."""
        self.docks: dict[str, ViewDock] = {}
        for kind in views:
            self._add(kind(document, trainer))
        self._empty = _Nothing(self)
        self._empty.acted.connect(self.arrange)
        document.opened.connect(self._choose)
        document.changed.connect(self._network_changed)
        self.arrange()

    def shown(self) -> tuple[str, ...]:
        """The ids of the views that are open, in the order of the list."""
        return tuple(name for name, dock in self.docks.items() if not dock.isHidden())

    def set_shown(self, name: str, shown: bool) -> None:
        """Open or close a view, as a person's choice; raises KeyError for an id that is none."""
        self._chosen[name] = shown
        dock = self.docks[name]
        rows = {other.y() for other in self.docks.values() if other.isVisible() and not other.isFloating()}
        newly = shown and dock.isHidden()
        dock.setVisible(shown)
        if newly and rows:
            # A fair share of the height; Qt would give it half.
            self.resizeDocks([dock], [self.height() // (len(rows) + 1)], Qt.Orientation.Vertical)
        self._look_empty()

    def add_to_menu(self, menu: QMenu) -> None:
        """A submenu of the views that are not open, to add, and the way back to the first arrangement."""
        self._add_rows(menu.addMenu(theme.icon("plus"), "Add view"))
        menu.addAction(theme.icon("view-dashboard-outline"), "Arrange as at first", self.arrange)

    def fill_menu(self, menu: QMenu) -> None:
        """The views that are not open, to add, and the way back to the first arrangement, in the menu itself."""
        self._add_rows(menu)
        menu.addSeparator()
        menu.addAction(theme.icon("view-dashboard-outline"), "Arrange as at first", self.arrange)

    def _add_rows(self, menu: QMenu) -> None:
        closed = [dock.view for name, dock in self.docks.items() if name not in self.shown()]
        if not closed:
            menu.addAction("All views are open").setEnabled(False)
        for view in closed:
            action = QWidgetAction(menu)
            action.setText(view.title)
            row = SketchRow(view.sketch, view.title, view.help, menu)
            action.setDefaultWidget(row)
            action.triggered.connect(lambda _=False, name=view.id: self.set_shown(name, True))
            # The menu may lie in another one, which a click ends too.
            row.clicked.connect(action.trigger)
            row.clicked.connect(_close_menus)
            menu.addAction(action)

    def arrange(self) -> None:
        """The first arrangement: two columns of the views that suit the network."""
        self._chosen.clear()
        docks = list(self.docks.values())
        for dock in docks:
            dock.setFloating(False)
            self.removeDockWidget(dock)
        project, resolved = self._document.project, self._document.resolved
        wanted = [dock for dock in docks if dock.view.default and dock.view.suits(project, resolved)]
        rest = [dock for dock in docks if dock not in wanted]
        ordered = wanted + rest
        # Rows first, so that all rows have one height; then each row is split.
        leaders = ordered[::2]
        for leader in leaders:
            self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, leader, Qt.Orientation.Vertical)
        for leader, follower in zip(leaders, ordered[1::2], strict=False):
            self.splitDockWidget(leader, follower, Qt.Orientation.Horizontal)
        for dock in docks:
            dock.setVisible(dock in wanted)
        shown = [leader for leader in leaders if leader in wanted]
        self.resizeDocks(shown, [1000] * len(shown), Qt.Orientation.Vertical)
        self._look_empty()

    def save(self, settings: QSettings) -> None:
        """Remember which views are open, and where."""
        settings.setValue("views/state", self.saveState(VERSION))
        settings.setValue("views/opened", ",".join(name for name, on in self._chosen.items() if on))
        settings.setValue("views/closed", ",".join(name for name, on in self._chosen.items() if not on))

    def restore(self, settings: QSettings) -> None:
        """Show the views as they were remembered; without anything remembered, change nothing."""
        state = settings.value("views/state")
        if state is None or not self.restoreState(state, VERSION):
            return
        for key, on in (("views/opened", True), ("views/closed", False)):
            names = str(settings.value(key, "", type=str)).split(",")
            self._chosen.update({name: on for name in names if name in self.docks})
        self._choose()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._due:
            self._choose()
        # Qt reads the separators' width when a sheet is set on a window that it has polished, not before.
        if not self.styleSheet():
            self.setStyleSheet(_SHEET)

    def sizeHint(self) -> QSize:
        return QSize(860, 700)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().tokens.color("win"))

    def _add(self, view: View) -> None:
        dock = ViewDock(view, self.add_to_menu, self)
        dock.closed.connect(lambda name: self.set_shown(name, False))
        dock.refused.connect(self.refused)
        view.asked.connect(self.asked)
        self.docks[view.id] = dock

    def _choose(self) -> None:
        """Open what suits the network, save for what a person opened or closed."""
        self._due = False
        project, resolved = self._document.project, self._document.resolved
        for name, dock in self.docks.items():
            suits = dock.view.default and dock.view.suits(project, resolved)
            dock.setVisible(self._chosen.get(name, suits))
        self._look_empty()

    def _network_changed(self, before: object, after: object) -> None:
        if self._document.problems:
            return
        if self.isVisible():
            self._choose()
        else:
            self._due = True

    def _look_empty(self) -> None:
        self._empty.setVisible(not self.shown())
        self._empty.setGeometry(self.rect())
        self._empty.raise_()


def _close_menus() -> None:
    while (popup := QApplication.activePopupWidget()) is not None and popup.close():
        pass


class _Nothing(QWidget):
    """What stands in the grid when every view is closed."""

    def __init__(self, parent: ViewGrid) -> None:
        super().__init__(parent)
        state = EmptyState(
            "view-dashboard-outline",
            "No view is open",
            "Views show the run live: its cost, the weights, the feature maps.",
            "Open the views",
        )
        column = QVBoxLayout(self)
        column.addWidget(state)
        self.acted = state.acted
