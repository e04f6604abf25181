"""Gesture: what all gestures of the mouse have in common, and what they see of the canvas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from ui.editor.commands import Commands, Link
from ui.editor.scene import EditorScene
from ui.scope import Scope

Tool = Literal["select", "lasso", "hand"]
"""What dragging the empty canvas does: selects by a rectangle, selects by a line drawn by hand, moves the canvas."""


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is, in the scene and in the view, which keys are held, and when this was, in milliseconds."""

    scene: QPointF
    view: QPoint
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    time: int = 0

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.held & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.held & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.held & Qt.KeyboardModifier.AltModifier)

    @property
    def adding(self) -> bool:
        """Whether a click changes the selection instead of beginning a new one."""
        return self.shift or self.ctrl


class Canvas(Protocol):
    """What a gesture may use: the document to read, commands to edit, and a few things to show meanwhile."""

    document: Scope
    commands: Commands
    tool: Tool
    snapping: bool
    """Whether nodes that are dragged come to lie on the grid."""

    @property
    def zoom(self) -> float:
        """Pixels of the view per pixel of the scene."""

    def visible_rect(self) -> QRectF:
        """The part of the scene that is seen."""

    def editor_scene(self) -> EditorScene:
        """The scene."""

    def reveal(self, rect: QRectF) -> None:
        """Bring a rectangle of the scene into view."""

    def mark_focus(self, node: str | None) -> None:
        """Show the keyboard's focus at a node, or (None) where the selection says."""

    def show_note(self, sentence: str, where: QPointF, problem: bool = True) -> None:
        """Tell a problem, or what helps, at a point of the scene; an empty sentence takes it away."""

    def offer_layers(self, where: QPointF, link: Link | None) -> None:
        """Let a person choose a layer that is added there, and wired to the link."""

    def pan(self, dx: int, dy: int) -> None:
        """Move what is seen by pixels of the view."""


class Gesture(ABC):
    """From the press of a button to its release: start, move, end; or cancel by Escape."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @property
    def scene(self) -> EditorScene:
        """The scene of the canvas."""
        return self.canvas.editor_scene()

    @abstractmethod
    def start(self, pointer: Pointer) -> None:
        """The button was pressed."""

    @abstractmethod
    def move(self, pointer: Pointer) -> None:
        """The pointer moved."""

    @abstractmethod
    def end(self, pointer: Pointer) -> None:
        """The button was released: do it."""

    @abstractmethod
    def cancel(self) -> None:
        """Leave everything as it was before."""

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether it uses this key while it lasts, whatever else the key does; Escape always cancels."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """A key was pressed that it takes; returns whether the gesture is over."""
        return False
