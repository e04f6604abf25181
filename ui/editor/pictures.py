"""Pictures: what nodes look like at the present zoom, drawn once and kept; old ones serve while a hand is at work."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

MOST_BYTES = 24 << 20
"""How much is kept beyond what one frame needs."""
_MOST_SMOOTH = 150
"""How many old pictures of a frame are resized smoothly, which takes five times as long."""
_BYTES_PER_PIXEL = 4


class Pictures:
    """Pixmaps by the thing that they show.

    With a ``budget`` of seconds, a frame draws what it has no picture of until that time is used up; then the old
    picture, at another zoom, must do, or a plain block. ``behind`` tells that something was drawn so.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[Hashable, tuple[QPixmap, float, int]] = OrderedDict()
        self._bytes, self.most_bytes = 0, most_bytes
        self._frame = 0
        self._until: float | None = None
        self.behind = False
        self._old = 0

    def __len__(self) -> int:
        return len(self._kept)

    def begin(self, budget: float | None = None) -> None:
        """A frame begins; None draws everything sharp, however long that takes."""
        self._frame += 1
        self._until = None if budget is None else perf_counter() + budget
        self.behind = False
        self._old = 0

    def late(self) -> bool:
        """Whether the frame's time is used up, so that what was to be drawn anew is left for later."""
        late = self._until is not None and perf_counter() > self._until
        self.behind = self.behind or late
        return late

    def forget(self, key: Hashable) -> None:
        """It looks different now, or is gone."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= _size(kept[0])

    def clear(self) -> None:
        """Everything looks different now."""
        self._kept.clear()
        self._bytes = 0

    def draw(
        self,
        painter: QPainter,
        key: Hashable,
        rect: QRectF,
        paint: Callable[[QPainter, float], None],
        block: Callable[[QPainter], None],
    ) -> None:
        """Draw what ``paint`` (painter, zoom) paints within ``rect``, from a picture where one is kept.

        ``block`` paints a stand-in. The painter's transform is left changed.
        """
        transform = painter.worldTransform()
        ratio = painter.device().devicePixelRatioF()
        scale = transform.m11() * ratio
        kept = self._kept.get(key)
        if kept is None or kept[1] != scale:
            if self.late():
                if kept is None:
                    block(painter)
                else:
                    self._old += 1
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._old <= _MOST_SMOOTH)
                    painter.drawPixmap(_grown(rect, kept[1]), kept[0], QRectF(kept[0].rect()))
                return
            kept = self._make(key, rect, scale, ratio, paint)
        else:
            self._kept.move_to_end(key)
            self._kept[key] = (kept[0], kept[1], self._frame)
        margin = _margin(rect, scale)
        corner = transform.map(QPointF(0, 0)) * ratio
        painter.setWorldTransform(QTransform())
        painter.drawPixmap(QPointF(round(corner.x()) - margin[0], round(corner.y()) - margin[1]) / ratio, kept[0])

    def _make(
        self, key: Hashable, rect: QRectF, scale: float, ratio: float, paint: Callable[[QPainter, float], None]
    ) -> tuple[QPixmap, float, int]:
        left, top = _margin(rect, scale)
        picture = QPixmap(left + ceil(rect.right() * scale), top + ceil(rect.bottom() * scale))
        picture.fill(Qt.GlobalColor.transparent)
        picture.setDevicePixelRatio(ratio)
        inner = QPainter(picture)
        inner.translate(left / ratio, top / ratio)
        inner.scale(scale / ratio, scale / ratio)
        paint(inner, scale / ratio)
        inner.end()
        self.forget(key)
        kept = self._kept[key] = (picture, scale, self._frame)
        self._bytes += _size(picture)
        self._make_room()
        return kept

    def _make_room(self) -> None:
        """Forget what was drawn longest ago, but nothing that this frame shows."""
        while self._bytes > self.most_bytes:
            picture, _scale, frame = next(iter(self._kept.values()))
            if frame == self._frame:
                break
            self._kept.popitem(last=False)
            self._bytes -= _size(picture)


def _margin(rect: QRectF, scale: float) -> tuple[int, int]:
    """Whole pixels left of and above the thing's own corner, so that its lines fall on pixels."""
    return ceil(-rect.left() * scale), ceil(-rect.top() * scale)


def _grown(rect: QRectF, scale: float) -> QRectF:
    """What a picture that was made at ``scale`` covers."""
    left, top = _margin(rect, scale)
    return QRectF(
        QPointF(-left / scale, -top / scale),
        QPointF(ceil(rect.right() * scale) / scale, ceil(rect.bottom() * scale) / scale),
    )


def _size(picture: QPixmap) -> int:
    return picture.width() * picture.height() * _BYTES_PER_PIXEL
