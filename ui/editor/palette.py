"""The palette: all kinds of layers by category, and templates, filtered by typing, to drag or to choose."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.layers import KINDS
from ui import theme
from ui.editor.look import icon_name
from ui.editor.ranking import Choice, ranked
from ui.editor.template_rows import TemplateRows
from ui.templates import Shelf
from ui.widgets.search import SearchField
from ui.widgets.text import tooltip

KIND_MIME = "application/x-nn-explorer-kind"
ROW = 28
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_KIND = Qt.ItemDataRole.UserRole
_ICON = Qt.ItemDataRole.UserRole + 1


class Palette(QWidget):
    """The list of layers and of the templates on a shelf.

    ``kind_chosen`` tells the id of one that was double-clicked or chosen with Enter.
    """

    kind_chosen = Signal(str)

    def __init__(self, shelf: Shelf | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.filter = SearchField("Filter layers", tip="Filter the layers by name, other name or category")
        self.rows = _Rows(self)
        self._folded: set[str] = set()
        self._shelf = shelf
        self._templates: list[Choice] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(12, 4, 12, 0)
        top.addWidget(self.filter)
        column.addLayout(top)
        column.addWidget(self.rows, 1)
        self.filter.textChanged.connect(self._show)
        self.filter.returnPressed.connect(self._choose_first)
        self.rows.itemActivated.connect(self._choose)
        self.rows.itemCollapsed.connect(lambda group: self._folded.add(group.text(0)))
        self.rows.itemExpanded.connect(lambda group: self._folded.discard(group.text(0)))
        theme.current().changed.connect(self.rows.viewport().update)
        if shelf is not None:
            self.templates = TemplateRows(self.rows, _KIND, shelf)
            self.templates.add_wanted.connect(self.kind_chosen)
            self.templates.stale.connect(self._list_again)
            shelf.changed.connect(self._reload)
            shelf.added.connect(self._name_new)
            self._templates = [*shelf.choices()]
        self._show("")

    def focus_filter(self) -> None:
        """Let a person type a filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.rows.setFocus(Qt.FocusReason.TabFocusReason)
            first = self._first()
            if first is not None:
                self.rows.setCurrentItem(first)
        else:
            super().keyPressEvent(event)

    def _reload(self) -> None:
        """List other templates, if there are others or they say something else."""
        fresh = self._shelf.choices() if self._shelf is not None else []
        if [(choice.id, choice.help) for choice in fresh] != [(choice.id, choice.help) for choice in self._templates]:
            self._templates = [*fresh]
            self._list_again()

    def _list_again(self) -> None:
        """List all anew, where the list was scrolled to."""
        place = self.rows.verticalScrollBar().value()
        self._show(self.filter.text())
        self.rows.verticalScrollBar().setValue(place)

    def _name_new(self, choice_id: str) -> None:
        """Let a person name a template that has just been saved."""
        self.filter.clear()
        self._folded.discard("Templates")
        self._show("")
        if self.isVisible():
            self.templates.edit_name(choice_id)

    def _show(self, text: str) -> None:
        self.rows.clear()
        kinds = ranked(text, choices=(*KINDS, *self._templates))
        if text.strip():
            rows = [_row(kind) for kind in kinds]
            self.rows.addTopLevelItems(rows)
            if rows:
                self.rows.setCurrentItem(rows[0])
            return
        for category in dict.fromkeys(kind.category for kind in kinds):
            group = QTreeWidgetItem([category])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            group.addChildren([_row(kind) for kind in kinds if kind.category == category])
            self.rows.addTopLevelItem(group)
            group.setExpanded(category not in self._folded)

    def _first(self) -> QTreeWidgetItem | None:
        item = self.rows.topLevelItem(0)
        return item.child(0) if item is not None and item.childCount() else item

    def _choose_first(self) -> None:
        item = self.rows.currentItem() or self._first()
        if item is not None and self.filter.text().strip():
            self._choose(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        kind = item.data(0, _KIND)
        if kind:
            self.kind_chosen.emit(kind)
        else:
            item.setExpanded(not item.isExpanded())


class _Rows(QTreeWidget):
    """The rows: a category folds with a click, a kind can be dragged."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Layers")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setItemDelegate(_RowPainter(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self.by_keyboard = False
        """Whether keys brought the focus here: only then the row that has it is framed."""
        self.itemClicked.connect(self._fold)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_keyboard = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_keyboard = True
        super().keyPressEvent(event)

    def groups(self) -> list[QTreeWidgetItem]:
        """The categories."""
        items = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        return [item for item in items if item is not None and item.childCount()]

    def mimeTypes(self) -> list[str]:
        return [KIND_MIME]

    def startDrag(self, actions: Qt.DropAction) -> None:
        item = self.currentItem()
        kind = item.data(0, _KIND) if item is not None else None
        if item is None or not kind:
            return
        drag = QDrag(self)
        drag.setMimeData(kind_mime(kind))
        drag.setPixmap(_drag_picture(item, self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)

    def _fold(self, item: QTreeWidgetItem) -> None:
        if item.childCount():
            item.setExpanded(not item.isExpanded())


class _RowPainter(QStyledItemDelegate):
    """Draws a category with a chevron, and a kind with its icon; the row under the pointer shows a handle."""

    def __init__(self, rows: _Rows) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.current().tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect.adjusted(8, 0, -8, 0)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._rows.by_keyboard
        kind = bool(index.data(_KIND))
        if (hovered and kind) or focused:
            painter.setPen(QPen(tokens.color("acc"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("hover") if hovered else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1) if focused else box, 4, 4)
        if kind:
            self._paint_kind(painter, box, index, hovered)
        else:
            self._paint_group(painter, box, index, bool(option.state & QStyle.StateFlag.State_Open))
        painter.restore()

    def _paint_kind(
        self, painter: QPainter, box: QRect, index: QModelIndex | QPersistentModelIndex, hovered: bool
    ) -> None:
        tokens, ratio = theme.current().tokens, _ratio(painter)
        top = box.y() + (box.height() - 16) / 2
        painter.drawPixmap(QPointF(box.x() + 16, top), theme.pixmap(index.data(_ICON), "text2", 16, ratio))
        if hovered:
            handle = theme.pixmap("drag-vertical", "text3", 16, ratio)
            painter.drawPixmap(QPointF(box.right() - 20, top), handle)
        painter.setFont(theme.text_font(13))
        painter.setPen(tokens.color("text"))
        where = box.adjusted(40, 0, -24 if hovered else -4, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_group(
        self, painter: QPainter, box: QRect, index: QModelIndex | QPersistentModelIndex, opened: bool
    ) -> None:
        chevron = theme.pixmap("chevron-down" if opened else "chevron-right", "text2", 16, _ratio(painter))
        painter.drawPixmap(QPointF(box.x(), box.y() + (box.height() - 16) / 2), chevron)
        painter.setFont(theme.text_font(11, 600))
        painter.setPen(theme.current().tokens.color("text2"))
        painter.drawText(box.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, index.data())


def kind_mime(kind_id: str) -> QMimeData:
    """What is dragged: the id of a kind."""
    data = QMimeData()
    data.setData(KIND_MIME, QByteArray(kind_id.encode()))
    return data


def first_paragraph(kind: Choice) -> str:
    """What a kind is, in the first paragraph of its help."""
    return " ".join(kind.help.split("\n\n")[0].split())


def _row(kind: Choice) -> QTreeWidgetItem:
    item = QTreeWidgetItem([kind.title])
    item.setData(0, _KIND, kind.id)
    item.setData(0, _ICON, icon_name(kind.icon))
    item.setToolTip(0, tooltip(first_paragraph(kind)))
    return item


def _drag_picture(item: QTreeWidgetItem, ratio: float) -> QPixmap:
    tokens = theme.current().tokens
    picture = QPixmap(QSize(136, ROW) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tokens.color("acc"), 2))
    painter.setBrush(tokens.color("accsoft"))
    painter.drawRoundedRect(1, 1, 134, ROW - 2, 6, 6)
    painter.drawPixmap(QPointF(11, 6), theme.pixmap(item.data(0, _ICON), "acc", 16, ratio))
    painter.setFont(theme.text_font(13, 600))
    painter.setPen(tokens.color("text"))
    painter.drawText(QRect(35, 0, 96, ROW), Qt.AlignmentFlag.AlignVCenter, item.text(0))
    painter.end()
    return picture


def _ratio(painter: QPainter) -> float:
    device = painter.device()
    return float(device.devicePixelRatio()) if device else 1.0
