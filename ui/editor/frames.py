"""The frames of the scene: items that follow the nodes which belong to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from explorer.network import Frame
from ui.editor.boxes import Boxes
from ui.editor.frame_item import FrameItem, frame_rect


class Frames:
    """The items by the frames' ids, and which frame a place or a node belongs to."""

    def __init__(self, scene: QGraphicsScene, boxes: Boxes[str]) -> None:
        self._scene, self._boxes = scene, boxes
        self.items: dict[str, FrameItem] = {}

    def sync(self, frames: Collection[Frame]) -> None:
        """Make the items those of the network."""
        wanted = {frame.id: frame for frame in frames}
        for gone in self.items.keys() - wanted.keys():
            self._scene.removeItem(self.items.pop(gone))
        for name, frame in wanted.items():
            if name in self.items:
                self.items[name].show_frame(frame)
            else:
                self.items[name] = FrameItem(frame)
                self._scene.addItem(self.items[name])
        self.follow()

    def follow(self) -> None:
        """Go round the nodes where they are shown now."""
        for item in self.items.values():
            item.surround(self._boxes.bounds(item.frame.nodes))

    def at_title(self, where: QPointF) -> str | None:
        """The frame whose title band lies at a point; the smallest, where frames lie over each other."""
        found = [item for item in self.items.values() if item.title_band().contains(where)]
        return min(found, key=_area).frame.id if found else None

    def of(self, node: str) -> str | None:
        """The frame that a node belongs to."""
        return next((name for name, item in self.items.items() if node in item.frame.nodes), None)

    def home_for(self, names: Collection[str], where: QPointF) -> str | None:
        """The frame that nodes let go at a point come to belong to; "" is none, None is where they are now.

        A frame is as large as its other nodes make it; one that is moved as a whole goes along.
        """
        moved = set(names)
        if any(moved <= set(item.frame.nodes) and moved >= set(item.frame.nodes) for item in self.items.values()):
            return None
        inside: Mapping[str, QRectF] = {
            name: frame_rect(self._boxes.bounds(rest), bool(item.frame.note))
            for name, item in self.items.items()
            if (rest := [node for node in item.frame.nodes if node not in moved])
        }
        found = [name for name, rect in inside.items() if rect.contains(where)]
        now = {self.of(name) for name in names}
        if found:
            best = min(found, key=lambda name: inside[name].width() * inside[name].height())
            return None if now == {best} else best
        return None if now == {None} else ""

    def light(self, name: str | None) -> None:
        """Light one frame, and no other."""
        for other, item in self.items.items():
            item.light(other == name)

    def bounds(self) -> QRectF:
        """The rectangle round all frames; null if there are none."""
        whole = QRectF()
        for item in self.items.values():
            whole = whole.united(item.rect())
        return whole


def _area(item: FrameItem) -> float:
    return item.rect().width() * item.rect().height()
