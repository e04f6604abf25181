"""Annotations on the canvas: muting, frames with their titles and notes, bends, and how all of it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSettings, QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFileDialog, QMenu

from explorer.project.errors import ProjectError, show_name
from ui import theme
from ui.editor.frame_item import COLOURS, TITLE, tint, title_place
from ui.editor.picture import FILTERS, save_picture
from ui.editor.rename_field import RenameField

if TYPE_CHECKING:
    from ui.editor.editor import Editor

_WIDEST = 360
_CURVED, _THUMBNAILS, _SNAP = "canvas/curved_wires", "canvas/thumbnails", "canvas/snap"


class Annotations(QObject):
    """Asks for the edits, lets a person write titles where they stand, and remembers how wires are drawn."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._frame = ""
        self.title_field = RenameField(self._set_title, editor.view)
        self.title_field.setAccessibleName("Title of the frame")
        self.title_field.closed.connect(editor.view.setFocus)
        self.note_field = RenameField(self._set_note, editor.view)
        self.note_field.setAccessibleName("Note of the frame")
        self.note_field.closed.connect(editor.view.setFocus)
        editor.view.frame_title_wanted.connect(self.edit_title)
        editor.scope.changed.connect(self._on_changed)
        editor.scope.opened.connect(self._give_up)

    def restore(self, settings: QSettings) -> None:
        """Draw and drag as a person chose last, and remember what is chosen from now on."""
        for name, key in (("curved", _CURVED), ("thumbnails", _THUMBNAILS), ("snap", _SNAP)):
            action = self._editor.actions_by_id[name]
            action.setChecked(bool(settings.value(key, action.isChecked(), type=bool)))
            action.toggled.connect(partial(settings.setValue, key))
        self._editor.set_snapping()
        self.apply()

    def apply(self) -> None:
        """Draw wires and thumbnails as their actions say."""
        actions = self._editor.actions_by_id
        self._editor.scene.set_curved(actions["curved"].isChecked())
        self._editor.scene.show_thumbnails(actions["thumbnails"].isChecked())
        self._editor.thumbnails_changed.emit()

    def toggle_mute(self) -> None:
        """Mute the selected layers, or unmute them if all are muted."""
        self._editor.attempt(lambda: self._editor.commands.toggle_mute(self._editor.scope.selection))

    def frame_selection(self) -> None:
        """Draw a frame round the selected layers, and let a person write its title."""
        made: list[str] = []
        if self._editor.attempt(lambda: made.append(self._editor.commands.frame(self._editor.scope.selection))):
            self.edit_title(made[0])

    def unframe_selection(self) -> None:
        """Let the selected layers belong to no frame."""
        if self._editor.scope.selection:
            self._editor.commands.take_out_of_frames(self._editor.scope.selection)

    def straighten(self) -> None:
        """Let the selected wires go their own way again."""
        self._editor.commands.straighten(self._editor.scene.selected_edges)

    def edit_title(self, frame_id: str) -> None:
        """Let a person write the title of a frame where it stands."""
        self._open(self.title_field, frame_id, self._editor.scene.frames.items[frame_id].frame.title, 0)

    def edit_note(self, frame_id: str) -> None:
        """Let a person write the note of a frame, below its title."""
        self._open(self.note_field, frame_id, self._editor.scene.frames.items[frame_id].frame.note, 1)

    def fill_frame_menu(self, menu: QMenu, frame_id: str) -> None:
        """Add what can be done to a frame to a menu."""
        commands = self._editor.commands
        menu.addAction(theme.icon("rename-box-outline"), "Edit title", partial(self.edit_title, frame_id))
        menu.addAction(theme.icon("note-text-outline"), "Edit note", partial(self.edit_note, frame_id))
        colours = menu.addMenu(theme.icon("palette-outline"), "Colour")
        for colour in ("", *COLOURS):
            action = colours.addAction(_swatch(colour), colour.capitalize() or "None")
            action.triggered.connect(partial(commands.set_frame, frame_id, None, None, colour))
        menu.addSeparator()
        menu.addAction(theme.icon("trash-can-outline"), "Delete frame", partial(commands.remove_frame, frame_id))

    def save_picture(self) -> None:
        """Choose a file, and write the network there as a picture."""
        document = self._editor.document
        beside = document.path or Path(document.project.name)
        start = str(beside.with_name(f"{beside.stem or 'network'}.svg"))
        name, chosen = QFileDialog.getSaveFileName(
            self._editor, "Save a picture of the network", start, ";;".join(FILTERS)
        )
        if not name:
            return
        suffix, mode = FILTERS.get(chosen, (".svg", "light"))
        path = Path(name) if Path(name).suffix.lower() in (".svg", ".png") else Path(name + suffix)
        try:
            save_picture(self._editor.scene, path, mode)
        except ProjectError as error:
            self._editor.message.show_message(str(error))
        else:
            self._editor.message.show_message(f"Saved as {show_name(path)}.", problem=False)

    def _open(self, field: RenameField, frame_id: str, text: str, line: int) -> None:
        self._give_up()
        item, view = self._editor.scene.frames.items[frame_id], self._editor.view
        view.reveal(item.title_band())
        self._frame = frame_id
        corner = view.mapFromScene(title_place(item))
        width = min(_WIDEST, max(160, int(item.rect().width() * view.zoom) - 8))
        field.open_for(text, QRect(corner.x(), corner.y() + line * int(TITLE), width, int(TITLE)))

    def _set_title(self, _old: str, new: str) -> None:
        self._set(lambda frame: self._editor.commands.set_frame(frame, title=new))

    def _set_note(self, _old: str, new: str) -> None:
        self._set(lambda frame: self._editor.commands.set_frame(frame, note=new))

    def _set(self, edit: Callable[[str], None]) -> None:
        frame, self._frame = self._frame, ""
        if frame in self._editor.scene.frames.items:
            edit(frame)

    def _on_changed(self, _before: object, _after: object) -> None:
        if self._frame and self._frame not in self._editor.scene.frames.items:
            self._give_up()

    def _give_up(self) -> None:
        self._frame = ""
        self.title_field.give_up()
        self.note_field.give_up()


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(QSize(14, 14))
    pixmap.fill(tint(colour))
    return QIcon(pixmap)
