"""Mark: a line or an area that a gesture draws over the network while it lasts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from ui import theme

_OVER_ALL = 9
_SOFT = 28


class Mark:
    """One path in the accent colour; it is in the scene only while it is shown."""

    def __init__(self, scene: QGraphicsScene, width: int = 1, filled: bool = False, dashed: bool = False) -> None:
        self._scene, self._width, self._filled, self._dashed = scene, width, filled, dashed
        self._item: QGraphicsPathItem | None = None

    @property
    def shown(self) -> bool:
        """Whether it is in the scene."""
        return self._item is not None

    def show(self, path: QPainterPath, token: str = "acc") -> None:
        """Draw this path, in the colour of a token."""
        if self._item is None:
            self._item = QGraphicsPathItem()
            self._item.setZValue(_OVER_ALL)
            self._item.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
            self._scene.addItem(self._item)
        colour = theme.current().tokens.color(token)
        pen = QPen(colour, self._width)
        pen.setCosmetic(self._width == 1)
        if self._dashed:
            pen.setDashPattern([3, 3])
        self._item.setPen(pen)
        if self._filled:
            colour.setAlpha(_SOFT)
            self._item.setBrush(colour)
        self._item.setPath(path)

    def hide(self) -> None:
        """Take it out of the scene."""
        if self._item is not None:
            self._scene.removeItem(self._item)
            self._item = None
