"""The network as a picture for papers and slides: SVG or PNG, in either theme, without what is selected."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from explorer.project.files import replace_file
from ui import theme
from ui.editor.frame_item import FrameItem
from ui.editor.node_item import NodeItem
from ui.editor.scene import EditorScene
from ui.editor.wire_item import WireItem

MARGIN = 24.0
SCALE = 3
"""Pixels of a PNG per pixel of the canvas, and how much finer the icons of an SVG are."""
LARGEST_SIDE = 16_000
"""Pixels; a larger network makes a PNG of fewer pixels each."""

FILTERS: dict[str, tuple[str, Literal["light", "dark"]]] = {
    "SVG picture, light (*.svg)": (".svg", "light"),
    "SVG picture, dark (*.svg)": (".svg", "dark"),
    "PNG picture, light (*.png)": (".png", "light"),
    "PNG picture, dark (*.png)": (".png", "dark"),
}
"""What can be saved, as a file dialog offers it: the suffix, and the theme."""


def save_picture(scene: EditorScene, path: Path, mode: Literal["light", "dark"]) -> None:
    """Write the whole network to ``path``, an .svg or .png; raises ProjectError if it cannot be written."""
    content = svg(scene, mode) if path.suffix.lower() == ".svg" else png(scene, mode)
    replace_file(path, content)


def svg(scene: EditorScene, mode: Literal["light", "dark"]) -> bytes:
    """The network as an SVG file; its text stays text."""
    area = _area(scene)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize((area.size()).toSize())
    # A finer grid than the picture's size, so that the icons in it are drawn from more pixels.
    generator.setViewBox(QRectF(0, 0, area.width() * SCALE, area.height() * SCALE))
    generator.setTitle("Network")
    with QPainter(generator) as painter:
        _draw(scene, painter, area, SCALE, mode)
    return bytes(data.data())


def png(scene: EditorScene, mode: Literal["light", "dark"]) -> bytes:
    """The network as a PNG file of SCALE pixels per pixel of the canvas, fewer for a huge one."""
    area = _area(scene)
    scale = min(float(SCALE), LARGEST_SIDE / max(area.width(), area.height()))
    image = QImage(_whole(area.size() * scale), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        _draw(scene, painter, area, scale, mode)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def _draw(scene: EditorScene, painter: QPainter, area: QRectF, scale: float, mode: Literal["light", "dark"]) -> None:
    with theme.current().borrowed(mode) as tokens:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.fillRect(QRectF(0, 0, area.width(), area.height()), tokens.color("canvas"))
        painter.translate(-area.topLeft())
        items: list[FrameItem | WireItem | NodeItem] = [*scene.frames.items.values(), *scene.wires.values()]
        for item in (*items, *scene.nodes.values()):
            painter.save()
            painter.translate(item.pos())
            item.paint_plain(painter)
            painter.restore()


def _area(scene: EditorScene) -> QRectF:
    content = scene.content_rect()
    for wire in scene.wires.values():
        content = content.united(wire.rect())
    return QRectF(0, 0, 200, 100) if content.isNull() else content.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def _whole(size: QSizeF) -> QSize:
    return QSize(max(1, round(size.width())), max(1, round(size.height())))
