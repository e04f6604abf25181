"""The popup that adds a layer: type a few letters, press Enter. What fits the wire at hand comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from explorer.layers import KINDS
from ui import theme
from ui.editor.fitting import Fit
from ui.editor.look import icon_name
from ui.editor.palette import first_paragraph
from ui.editor.ranking import Choice, ranked, synonym_for
from ui.widgets.search import SearchField
from ui.widgets.text import tooltip

_SIZE = QSize(288, 328)
_ROW = 28
_KIND, _ICON, _BESIDE, _FITS = (Qt.ItemDataRole.UserRole + place for place in range(4))
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class AddPopup(QFrame):
    """A searchable list over the canvas; ``chosen`` tells a kind's id, ``closed`` that its keyboard focus is free."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.choices: Callable[[], Sequence[Choice]] = lambda: KINDS
        """What there is to choose from; asked when it opens."""
        self._choices: Sequence[Choice] = ()
        self._fits: Mapping[str, Fit] = {}
        self._heading = ""
        self.setProperty("role", "card")
        self.resize(_SIZE)
        self.search = SearchField("Add layer", tip="Name, other name or category of a layer")
        self.list = QListWidget()
        self.list.setAccessibleName("Layers that fit")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._show)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self.hide()

    def open_at(self, where: QPoint, fits: Mapping[str, Fit] | None = None, heading: str = "") -> None:
        """Show it with its corner near a point of the parent, emptied and ready to type.

        ``fits`` says of each kind how it fits what it would be wired to, which ``heading`` names.
        """
        parent = self._canvas
        self._fits, self._heading, self._choices = fits or {}, heading, self.choices()
        x = max(8, min(where.x(), parent.width() - self.width() - 8))
        y = max(8, min(where.y(), parent.height() - self.height() - 8))
        self.move(x, y)
        self.search.clear()
        self._show("")
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_popup(self) -> None:
        """Take it away."""
        self.hide()

    def kinds(self) -> list[str]:
        """The ids of the kinds that are listed, in order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(_KIND) for item in items if item.data(_KIND)]

    def _leave(self) -> None:
        """Take it away, and give the keyboard back."""
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self.close_popup()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentItem() is not None:
                self._choose(self.list.currentItem())
        elif key in _MOVES and self.list.count():
            self._go(_MOVES[key])
        else:
            return False
        return True

    def _go(self, rows: int) -> None:
        """Mark another row; headings are passed over."""
        count, row = self.list.count(), self.list.currentRow()
        way = 1 if rows > 0 else -1
        wanted = max(0, min(count - 1, row + rows))
        for there in (*range(wanted, count if way > 0 else -1, way), *range(wanted, row, -way)):
            if self.list.item(there).data(_KIND):
                self.list.setCurrentRow(there)
                return

    def _show(self, text: str) -> None:
        self.list.clear()
        fitting = {name for name, fit in self._fits.items() if not fit.why_not}
        kinds = ranked(text, fitting, self._choices)
        if self._fits and not text.strip():
            self._add_heading(self._heading)
            self._add_rows([kind for kind in kinds if kind.id in fitting], text)
            self._add_heading("Others")
            self._add_rows([kind for kind in kinds if kind.id not in fitting], text)
        else:
            self._add_rows(kinds, text)
        if not kinds:
            self._add_heading("No layer is called that.")
        self.list.setCurrentRow(-1)
        self._go(1)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(0, _ROW))
        self.list.addItem(item)

    def _add_rows(self, kinds: list[Choice], text: str) -> None:
        for kind in kinds:
            fit = self._fits.get(kind.id)
            synonym = synonym_for(kind, text)
            item = QListWidgetItem(kind.title)
            item.setSizeHint(QSize(0, _ROW))
            item.setData(_KIND, kind.id)
            item.setData(_ICON, icon_name(kind.icon))
            item.setData(_BESIDE, synonym or (fit.text if fit else ""))
            item.setData(_FITS, fit is None or not fit.why_not)
            why_not = f" It does not fit here: {kind.title} {fit.why_not}" if fit and fit.why_not else ""
            item.setToolTip(tooltip(first_paragraph(kind) + why_not))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, kind.title + (", does not fit here" if why_not else ""))
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        kind = item.data(_KIND)
        if kind:
            self._leave()
            self.chosen.emit(kind)


class _Row(QStyledItemDelegate):
    """A kind with its icon, and beside it the shape that it would give or the name by which it was found."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        if index.data(_KIND):
            self._paint_kind(painter, option, index)
        else:
            painter.setFont(theme.text_font(11, 600))
            painter.setPen(theme.current().tokens.color("text2"))
            painter.drawText(option.rect.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()

    def _paint_kind(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.current().tokens
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if marked or hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accsoft" if marked else "hover"))
            painter.drawRoundedRect(option.rect, 4, 4)
        fits = bool(index.data(_FITS))
        row: QRect = option.rect.adjusted(8, 0, -8, 0)
        ink = "acc" if marked else "text2" if fits else "text3"
        picture = theme.pixmap(index.data(_ICON), ink, 16, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(row.left(), row.top() + (row.height() - 16) / 2), picture)
        right = self._paint_beside(painter, row, index.data(_BESIDE))
        painter.setFont(theme.text_font(13))
        painter.setPen(tokens.color("text" if fits else "text3"))
        where = QRect(row.left() + 24, row.top(), right - row.left() - 32, row.height())
        title = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, title)

    def _paint_beside(self, painter: QPainter, row: QRect, text: str) -> int:
        """Draw a few words at the right; returns where they begin."""
        if not text:
            return row.right()
        painter.setFont(theme.mono_font(11) if text.startswith("→") else theme.text_font(11))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, row.width() // 2)
        width = painter.fontMetrics().horizontalAdvance(shown)
        painter.setPen(theme.current().tokens.color("text3"))
        where = QRect(row.right() - width, row.top(), width + 1, row.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, shown)
        return row.right() - width
