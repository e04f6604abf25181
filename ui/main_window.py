"""MainWindow: the top bar, the workspaces with their docks, and the run bar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from explorer.engine.host import Engine
from explorer.examples import EXAMPLES, STARTERS
from explorer.kind import Fix
from explorer.layers import KINDS
from explorer.network import NetworkError
from ui import theme
from ui.banner import Banner
from ui.code.exporter import Exporter
from ui.command_palette import CommandPalette, Entry
from ui.commands import Command, make_actions, make_menu, one_of, refresh_icons, types_text
from ui.document import Document
from ui.editor.actions import MENUS, actions_by_group
from ui.files import Files
from ui.help.shortcuts import ShortcutsPage
from ui.keys import KeyMap, follow_keys
from ui.panels import Panels
from ui.preferences import Preferences
from ui.theme import Mode
from ui.top_bar import TopBar
from ui.training.client import Trainer
from ui.visits import Visits
from ui.workspaces import Workspaces

LEAST_SIZE = (1024, 640)
FIRST_SIZE = (1280, 800)
MODES: tuple[tuple[Mode, str], ...] = (
    ("system", "Theme of the system"), ("light", "Light theme"), ("dark", "Dark theme"),
)  # fmt: skip
NESTED = {**MENUS, "Panels": "View", "Theme": "View"}
"""Groups of commands that have their menu inside another one's."""
PANEL_KEYS = {"history": "Ctrl+H", "code": "Ctrl+Shift+C"}
"""The keys that show and hide panels."""
TITLE_BAR = 40
"""Room for the title that a window manager draws; a window that does not fit begins maximized."""


class MainWindow(QMainWindow):
    """The one window. It wires parts together, and does nothing itself."""

    def __init__(self, document: Document, engine: Engine, preferences: Preferences) -> None:
        super().__init__()
        self.document, self.preferences = document, preferences
        self.trainer = Trainer(document, engine, self)
        self.panels = Panels(document, self.trainer, preferences)
        self.files = Files(document, preferences, self, self.trainer.settle)
        self.exporter = Exporter(document, self, self.trainer.settle)
        self.workspaces = Workspaces(self, preferences, self.panels.pages, self.panels.docks)
        self.search = CommandPalette(self)
        self.banner = Banner()
        self.visits = Visits(self.trainer, self.panels, self.workspaces, self.banner)
        self._undo, self._redo = self._undo_actions()
        self._groups = self._grouped(make_actions(self, self._commands()))
        self.addActions(self._groups["Step"])
        self.keys = KeyMap(self._groups, preferences.settings, self)
        self._recent_menu, self._example_menu = QMenu("Open recent", self), QMenu("Examples", self)
        self._starter_menu = QMenu("New from template", self)
        below_file = [self._starter_menu, self._recent_menu, self._example_menu]
        menu = make_menu(self, self._groups, NESTED, {"File": below_file})
        self.top_bar = TopBar(document, menu, self._undo, self._redo)
        self._lay_out()
        self._connect()
        self._tell_keys()
        self._fill_menus()
        self._refresh_theme()
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST_SIZE)
        geometry = preferences.layout("window")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*FIRST_SIZE)
            room = self.screen().availableGeometry()
            if room.height() < FIRST_SIZE[1] + TITLE_BAR or room.width() < FIRST_SIZE[0]:
                self.setWindowState(Qt.WindowState.WindowMaximized)
        self.panels.views.restore(preferences.settings)
        self.workspaces.show("build")
        self.panels.editor.setFocus()

    def show_workspace(self, name: str) -> None:
        """Show Build, Train, Step or the start page (``home``)."""
        self.workspaces.show(name)

    def close_work(self) -> None:
        """Remember the arrangement, and end the engine; safe to call twice."""
        self.workspaces.remember()
        if self.workspaces.current:
            self.preferences.set_layout("window", self.saveGeometry())
            self.panels.views.save(self.preferences.settings)
        self.exporter.close()
        self.trainer.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, then end training and close."""
        if self.files.may_leave():
            self.close_work()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A project file may be dropped on the window."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped."""
        self.files.open(Path(event.mimeData().urls()[0].toLocalFile()))

    def _lay_out(self) -> None:
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.banner)
        column.addWidget(self.exporter.strip)
        self.setMenuWidget(top)
        bar = QToolBar("Run bar", self)
        bar.setObjectName("run_bar")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.toggleViewAction().setVisible(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.panels.run_bar)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _connect(self) -> None:
        self.top_bar.home_asked.connect(lambda: self.show_workspace("home"))
        self.top_bar.workspace_picked.connect(self.show_workspace)
        self.top_bar.search_asked.connect(self._open_search)
        self.top_bar.device_picked.connect(lambda device: self.document.edit_setting("device", device))
        self.workspaces.changed.connect(self._workspace_changed)
        self.files.problem.connect(self.banner.show_message)
        self.exporter.told.connect(self.banner.show_message)
        self.panels.code.export_asked.connect(partial(self.exporter.ask, "pytorch"))
        self.panels.code.problems_asked.connect(self.panels.run_bar.show_problems)
        self.files.opened.connect(self._project_opened)
        self.files.recent_changed.connect(self._fill_menus)
        home = self.panels.home
        home.new_asked.connect(self.files.new)
        home.open_asked.connect(self.files.ask_open)
        home.recent_picked.connect(self.files.open)
        home.example_picked.connect(self.files.open_example)
        home.back_asked.connect(lambda: self.show_workspace("build"))
        self.trainer.refused.connect(self.banner.show_message)
        self.trainer.opened.connect(lambda message: self.top_bar.set_used_device(message.device))
        self.panels.editor.view.space_tapped.connect(self._space_tapped)
        self.panels.run_bar.node_chosen.connect(self._show_node)
        self.panels.run_bar.fix_wanted.connect(self._fix)
        self.panels.views.refused.connect(self.banner.show_message)
        panels, data = self.panels, self.workspaces.docks["data"]
        panels.run_bar.data_toggled.connect(lambda: data.setVisible(not data.isVisible()))
        data_asked = (panels.run_settings.data_asked, panels.run_bar.data_asked, panels.editor.strip.data_wanted)
        for wish in (panels.views.asked, *data_asked):
            wish.connect(self._show_place)
        self.panels.stepper.build_asked.connect(lambda: self.show_workspace("build"))
        self.document.file_changed.connect(self._refresh_title)
        theme.current().changed.connect(self._refresh_theme)
        self._refresh_title()

    def _commands(self) -> list[Command]:
        trainer = self.trainer
        return [
            Command("File", "New", self.files.new, ("Ctrl+N",), "file-plus-outline"),
            Command("File", "Open…", self.files.ask_open, ("Ctrl+O",), "folder-open-outline"),
            Command("File", "Save", self.files.save, ("Ctrl+S",), "content-save-outline"),
            Command("File", "Save as…", self.files.save_as, ("Ctrl+Shift+S",), "content-save-edit-outline"),
            Command("File", "Export as PyTorch…", partial(self.exporter.ask, "pytorch"), (), "language-python"),
            Command("File", "Export as ONNX…", partial(self.exporter.ask, "onnx"), (), "export"),
            Command("File", "Quit", self.close, ("Ctrl+Q",), "exit-to-app"),
            Command("View", "Build", lambda: self.show_workspace("build"), ("Ctrl+1",), "graph-outline"),
            Command("View", "Train", lambda: self.show_workspace("train"), ("Ctrl+2",), "chart-line"),
            Command("View", "Step", lambda: self.show_workspace("step"), ("Ctrl+3",), "debug-step-over"),
            Command("View", "Start page", lambda: self.show_workspace("home"), ("Ctrl+Home",), "home-outline"),
            Command("View", "Search or command", self._open_search, ("Ctrl+K",), "magnify"),
            Command("View", "Problems", self.panels.run_bar.show_problems, ("Ctrl+Shift+M",), "alert-circle-outline"),
            Command("View", "Filter the layers", self._filter_layers, ("/",), "filter-outline"),
            Command("View", "Reset the arrangement of docks", self._reset_docks, (), "view-dashboard-outline"),
            *(Command("Theme", text, partial(self._set_theme, mode), (), "theme-light-dark")
              for mode, text in MODES),
            Command("Run", "Run or pause", self._run_or_pause, ("Space",), "play"),
            Command("Run", "One step", trainer.step, ("F10",), "debug-step-over"),
            Command("Run", "One epoch", trainer.epoch, ("F11",), "skip-next"),
            Command("Run", "Stop", trainer.stop, ("Ctrl+.",), "stop"),
            Command("Run", "Iterations that are kept", self.visits.show_iterations, ("Ctrl+I",), "history"),
            Command("Run", "Reset the weights", trainer.reset, ("Ctrl+Shift+R",), "restart"),
            Command("Help", "Keyboard shortcuts", self._show_keys, ("F1",), "keyboard-outline"),
        ]  # fmt: skip

    def _grouped(self, made: dict[str, list[QAction]]) -> dict[str, list[QAction]]:
        """All actions by group, in the order of the menu."""
        editing = actions_by_group(self.panels.editor)
        modes = [mode for mode, _ in MODES]
        one_of(made["Theme"], modes.index(self.preferences.theme), self)
        return {
            "File": made["File"],
            "Edit": [self._undo, self._redo, *editing.pop("Edit")],
            "View": made["View"],
            **editing,
            "Panels": self._panel_actions(),
            "Theme": made["Theme"],
            "Run": made["Run"],
            "Step": list(self.panels.stepper.actions),
            "Help": made["Help"],
        }

    def _panel_actions(self) -> list[QAction]:
        """One action for each dock, which shows or hides it."""
        actions = []
        for name, dock in self.workspaces.docks.items():
            action = dock.toggleViewAction()
            action.setObjectName(f"panel_{name}")
            action.setShortcut(QKeySequence(PANEL_KEYS.get(name, "")))
            self.addAction(action)
            actions.append(action)
        return actions

    def _tell_keys(self) -> None:
        """Let the buttons tell of the keys that do the same, whatever these are."""
        bar, top, home = self.panels.run_bar, self.top_bar, self.panels.home
        shows: dict[str, Callable[[str], object]] = {
            "run_or_pause": bar.set_run_keys, "one_step": bar.step.tell_keys, "one_epoch": bar.epoch.tell_keys,
            "stop": bar.stop.set_keys, "reset_the_weights": bar.reset.set_keys, "new": home.new.set_keys,
            "open": home.open.set_keys, "search_or_command": top.search.set_keys,
            "filter_the_layers": self.panels.palette.filter.set_keys,
            **{name: partial(top.set_workspace_keys, name) for name in ("build", "train", "step")},
        }  # fmt: skip
        for name, show in shows.items():
            follow_keys(self.keys.commands[name].action, show)

    def _space_tapped(self) -> None:
        """Space was tapped on the canvas, where holding it moves what is seen."""
        if "Space" in self.keys.keys("run_or_pause"):
            self.trainer.run_or_pause()

    def _filter_layers(self) -> None:
        """Let a person type a filter for the list of layers."""
        self.show_workspace("build")
        self.workspaces.docks["palette"].show()
        self.panels.palette.focus_filter()

    def _undo_actions(self) -> tuple[QAction, QAction]:
        """Undo and redo, which say what they will take back or do again."""
        stack = self.document.undo_stack
        undo, redo = stack.createUndoAction(self, "Undo"), stack.createRedoAction(self, "Redo")
        undo.setShortcuts([QKeySequence("Ctrl+Z")])
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action, icon in ((undo, "undo"), (redo, "redo")):
            action.setObjectName(icon)
            action.setProperty("icon_name", icon)
            self.addAction(action)
        return undo, redo

    def _run_or_pause(self) -> None:
        """Space: presses the button or opens the list that has the focus, else runs or pauses."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus.isEnabled():
            focus.click()
        elif isinstance(focus, QComboBox):
            focus.showPopup()
        elif not types_text():
            self.trainer.run_or_pause()

    def _open_search(self) -> None:
        entries = [self._entry(action, group) for group, actions in self._groups.items() for action in actions]
        closed = [dock.view for name, dock in self.panels.views.docks.items() if name not in self.panels.views.shown()]
        entries += [Entry(f"Add view {view.title}", "view", partial(self._add_view, view.id), icon=view.icon)
                    for view in closed]  # fmt: skip
        entries += [Entry(name, "go to layer", partial(self._show_node, name), icon="target")
                    for name in list(self.document.resolved.layers)[:500]]  # fmt: skip
        entries += [Entry(f"Add {kind.title}", "layer", partial(self._add_kind, kind.id), icon="plus")
                    for kind in KINDS]  # fmt: skip
        entries += [Entry(example.title, "example", partial(self.files.open_example, example.id), icon="school-outline")
                    for example in (*EXAMPLES, *STARTERS)]  # fmt: skip
        self.search.open(entries)

    def _entry(self, action: QAction, group: str) -> Entry:
        """A command to be found. What belongs to one workspace goes there first, so that one sees what it does."""
        place = "build" if group == "Edit" or group in MENUS else "step" if group == "Step" else ""
        if action in (self._undo, self._redo):
            place = ""

        def run() -> None:
            if place:
                self.show_workspace(place)
            action.trigger()

        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        # What another workspace has switched off works again as soon as that workspace is shown.
        usable = action.isEnabled() or place not in ("", self.workspaces.current)
        return Entry(action.text().replace("&", ""), group, run, keys,
                     action.property("icon_name") or "chevron-right", usable)  # fmt: skip

    def _add_view(self, name: str) -> None:
        self.show_workspace("train")
        self.panels.views.set_shown(name, True)

    def _add_kind(self, kind: str) -> None:
        self.show_workspace("build")
        self.panels.editor.add_kind(kind)

    def _show_node(self, node: str) -> None:
        self.show_workspace("build")
        self.panels.editor.focus_node(node)

    def _fix(self, node: str, fix: Fix) -> None:
        """Mend a layer by its full name; where it is shown, others make room for what is inserted."""
        editor = self.panels.editor
        prefix = editor.scope.prefix
        if node.startswith(prefix):
            editor.apply_fix(node.removeprefix(prefix), fix)
            return
        with suppress(NetworkError):  # the network has changed meanwhile, and the list of problems with it
            self.document.apply_fix(node, fix)

    def _show_place(self, place: str = "data") -> None:
        """Where a view or a button sends a person: the builder, the data, or the list of problems."""
        if place == "build":
            self.show_workspace("build")
        elif place == "problems":
            self.panels.run_bar.show_problems()
        else:
            self.workspaces.docks["data"].show()

    def _workspace_changed(self, name: str) -> None:
        """F10 and F11 go through the numbers in Step, and train in the other workspaces."""
        self.keys.show_stepping(name == "step")
        self.top_bar.set_workspace("" if name == "home" else name)
        if name == "home":
            self.panels.home.refresh()

    def _project_opened(self) -> None:
        self.banner.hide()
        if self.workspaces.current == "home":
            self.show_workspace("build")
        # The view knows its size only once it has been laid out.
        QTimer.singleShot(0, self.panels.editor, self.panels.editor.fit)

    def _fill_menus(self) -> None:
        self._recent_menu.clear()
        for path in self.preferences.recent:
            action = self._recent_menu.addAction(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.files.open(path))
        self._recent_menu.setEnabled(bool(self.preferences.recent))
        for menu, listed in ((self._starter_menu, STARTERS), (self._example_menu, EXAMPLES)):
            menu.clear()
            for example in listed:
                action = menu.addAction(example.title)
                action.setToolTip(example.sentence)
                action.triggered.connect(lambda _checked=False, i=example.id: self.files.open_example(i))
        self.panels.home.refresh()

    def _refresh_title(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] — Neural Network Explorer")
        self.setWindowModified(self.document.dirty)

    def _refresh_theme(self) -> None:
        refresh_icons(self._groups)

    def _set_theme(self, mode: Mode) -> None:
        self.preferences.theme = mode
        theme.current().set_mode(mode)

    def _reset_docks(self) -> None:
        self.workspaces.reset()
        self.panels.views.arrange()

    def _show_keys(self) -> None:
        page = self.findChild(ShortcutsPage) or ShortcutsPage(self.keys, self)
        page.show()
        page.activateWindow()
