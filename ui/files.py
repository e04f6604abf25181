"""Files: new, open, save, save as, recent; asks before work is lost, and says in one sentence what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from explorer.examples import load_example
from explorer.network import Network, Node
from explorer.project.errors import ProjectError
from explorer.project.format import load_project, save_project
from explorer.project.model import Data, Project
from ui import theme
from ui.document import Document
from ui.preferences import Preferences

FILTER = "Projects (*.nnx *.json);;All files (*)"
SAVE_FILTER = "Project archive (*.nnx);;Project as plain JSON (*.json)"


class Files(QObject):
    """Opens and saves the document. ``settle`` is called first: it brings a run to rest, with its weights kept."""

    problem = Signal(str)
    """One sentence about a file; the document is as it was."""
    opened = Signal()
    """Another project is shown."""
    recent_changed = Signal()

    def __init__(
        self, document: Document, preferences: Preferences, window: QWidget, settle: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._document, self._preferences, self._window, self._settle = document, preferences, window, settle

    def new(self) -> None:
        """An empty project, but for an input."""
        if self.may_leave():
            network = Network((Node("x", "input", {"shape": [64]}, (0.0, 0.0)),))
            self._show(Project("untitled", network, data=Data("digits")), None)

    def ask_open(self) -> None:
        """Choose a file, and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a project", str(self._folder()), FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open a file; if it cannot be, the document stays as it was. Returns whether it is shown."""
        try:
            project = load_project(path)
        except ProjectError as error:
            self._preferences.forget_recent(path)
            self.recent_changed.emit()
            self.problem.emit(str(error))
            return False
        if not self.may_leave():
            return False
        self._remember(path)
        self._show(project, path)
        return True

    def open_example(self, example_id: str) -> bool:
        """Open an example as a new project, so that saving never changes the example itself."""
        try:
            project = load_example(example_id)
        except ProjectError as error:
            self.problem.emit(str(error))
            return False
        if self.may_leave():
            self._show(project, None)
            return True
        return False

    def save(self) -> bool:
        """Save where the project is, or choose where; returns whether it is saved."""
        return self._save_to(self._document.path) if self._document.path else self.save_as()

    def save_as(self) -> bool:
        """Choose a file, and save there."""
        path = self._ask_where(self._document.path or self._folder() / f"{self._document.project.name}.nnx")
        return path is not None and self._save_to(path)

    def may_leave(self) -> bool:
        """Whether the document may be left: there is nothing unsaved, or a person saves it or gives it up."""
        self._settle()
        if not self._document.dirty:
            return True
        answer = self._ask()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _ask(self) -> QMessageBox.StandardButton:
        """The one question that stops everything: whether to lose work."""
        box = QMessageBox(self._window)
        box.setIconPixmap(theme.pixmap("content-save-alert-outline", "warn", 32, self._window.devicePixelRatioF()))
        box.setText(f"Save the changes to {self._document.title}?")
        box.setInformativeText("Without saving, they are lost.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        for button in box.buttons():
            button.setIcon(QIcon())
        try:
            return QMessageBox.StandardButton(box.exec())
        finally:
            box.deleteLater()

    def _folder(self) -> Path:
        """Where a file dialog begins: beside the project, else beside the last one, else among the documents."""
        known = [self._document.path] if self._document.path else self._preferences.recent
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        folders = (*(path.parent for path in known), documents)
        return next((folder for folder in folders if folder.is_dir()), Path.home())

    def _ask_where(self, start: Path) -> Path | None:
        """The file to save to, with a suffix; the dialog asks before an existing one is replaced."""
        dialog = QFileDialog(self._window, "Save the project", str(start.parent), SAVE_FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        plain = start.suffix == ".json"
        dialog.selectNameFilter(SAVE_FILTER.split(";;")[plain])
        dialog.setDefaultSuffix("json" if plain else "nnx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("json" if "json" in chosen else "nnx"))
        dialog.selectFile(start.name)
        try:
            return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
        finally:
            dialog.deleteLater()

    def _save_to(self, path: Path) -> bool:
        self._settle()
        try:
            save_project(self._document.project, path)
        except ProjectError as error:
            self.problem.emit(str(error))
            return False
        self._document.saved(path)
        self._remember(path)
        return True

    def _remember(self, path: Path) -> None:
        self._preferences.add_recent(path)
        self.recent_changed.emit()

    def _show(self, project: Project, path: Path | None) -> None:
        self._document.open(project, path)
        self.opened.emit()
