"""LayerList: the slim left panel of Train: the layers, of which one is shown by the views, and the chosen example."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.resolve import Layer
from ui import theme
from ui.document import Document
from ui.training.client import Trainer
from ui.training.sample_panel import SamplePanel
from ui.widgets.containers import Separator
from ui.widgets.text import TextLabel

_Index = QModelIndex | QPersistentModelIndex
_ROW = 28


class LayerList(QWidget):
    """Layers in the order of computing, each with its shape; clicking one selects it everywhere."""

    step_asked = Signal(int)
    """The example that a person wants to step into."""

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._model = _Layers(document, self)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Row(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("Layers")
        self.view.selectionModel().currentChanged.connect(self._picked)
        self.sample = SamplePanel(document, trainer)
        self.sample.step_asked.connect(self.step_asked)
        heading = TextLabel("Layers", "heading")
        heading.setContentsMargins(12, 12, 12, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(heading)
        column.addWidget(self.view, 1)
        column.addWidget(Separator())
        column.addWidget(self.sample)
        document.changed.connect(self._reload)
        document.opened.connect(self._reload)
        document.selection_changed.connect(self._show_selection)
        self._show_selection()

    def sizeHint(self) -> QSize:
        return QSize(184, 600)

    def _picked(self, current: QModelIndex, before: QModelIndex) -> None:
        layer = self._model.layer(current)
        if layer is not None:
            self._document.select((layer.id,))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reload()

    def _reload(self) -> None:
        if not self.isVisible():
            return  # while a network is built, nobody sees its layers here
        with QSignalBlocker(self.view.selectionModel()):
            self._model.reload()
        self._show_selection()

    def _show_selection(self) -> None:
        if not self.isVisible():
            return
        chosen = next(iter(self._document.selection), None)
        with QSignalBlocker(self.view.selectionModel()):
            self.view.setCurrentIndex(self._model.find(chosen))
        self.view.viewport().update()


class _Layers(QAbstractListModel):
    """The resolved layers, in order."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._layers: list[Layer] = list(document.resolved.running)

    def reload(self) -> None:
        """Take over the layers of the document."""
        self.beginResetModel()
        self._layers = list(self._document.resolved.running)
        self.endResetModel()

    def find(self, node: str | None) -> QModelIndex:
        """The index of a layer; none if there is none."""
        place = next((place for place, layer in enumerate(self._layers) if layer.id == node), -1)
        return self.index(place)

    def layer(self, index: _Index) -> Layer | None:
        """The layer of an index."""
        return self._layers[index.row()] if 0 <= index.row() < len(self._layers) else None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._layers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        layer = self.layer(index)
        if layer is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return layer.id
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{layer.id}: {layer.kind.title}, {show_shape(layer.shape)}, {layer.parameters:,} parameters"
        return layer if role == Qt.ItemDataRole.UserRole else None


class _Row(QStyledItemDelegate):
    """Icon, name, shape at the right; the selected one in the accent."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        layer: Layer = index.data(Qt.ItemDataRole.UserRole)
        state, box = option.state, QRect(option.rect)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        tokens = theme.current().tokens
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, tokens.color("accsoft" if chosen else "hover"))
        broken = layer.shape is None
        ink = "acc" if chosen else ("prob" if broken else "text")
        icon = theme.icon(layer.kind.icon.removeprefix("mdi6."), ink if chosen or broken else "text2")
        icon.paint(painter, QRect(box.x() + 12, box.y() + 6, 16, 16))
        shape, mono = show_shape(layer.shape), theme.mono_font(11)
        wide = QFontMetrics(mono).horizontalAdvance(shape)
        painter.setFont(mono)
        painter.setPen(tokens.color("acc" if chosen else "text3"))
        painter.drawText(box.adjusted(0, 0, -12, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shape)
        font = theme.text_font(13, 600 if chosen else 400)
        room = box.adjusted(36, 0, -20 - wide, 0)
        painter.setFont(font)
        painter.setPen(tokens.color(ink))
        name = QFontMetrics(font).elidedText(layer.id, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
