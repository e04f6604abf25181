"""BreakSection: the breakpoints below the run settings, each with a switch, its condition, its hits and its form."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from explorer.training.breakpoints import BREAKPOINTS, Breakpoint
from ui import theme
from ui.document import Document
from ui.param_form import ParamForm
from ui.training.break_points import BreakPoints
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.containers import Section
from ui.widgets.help_text import help_html
from ui.widgets.text import TextLabel, tooltip

_EMPTY = "Halt before an update, and look into it: add a condition."


class BreakSection(Section):
    """``Break when``: a row per breakpoint, whose form folds out; a menu adds another one."""

    def __init__(self, document: Document, points: BreakPoints, parent: QWidget | None = None) -> None:
        self.add_button = PushButton("Add", "plus", scale="small", tip="Halt training when something happens")
        super().__init__("Break when", self.add_button, parent=parent)
        self._document, self._points = document, points
        self.rows: dict[int, BreakRow] = {}
        self.empty = TextLabel(_EMPTY, "caption", wrap=True)
        self.body.addWidget(self.empty)
        self.body.setSpacing(4)
        self.add_button.clicked.connect(self._open_menu)
        points.changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """A row for each breakpoint, in order; rows that stay keep their forms open."""
        points = {point.number: point for point in self._points.points}
        for number in [number for number in self.rows if number not in points]:
            row = self.rows.pop(number)
            self.body.removeWidget(row)
            row.deleteLater()
        for number, point in points.items():
            if number not in self.rows:
                self.rows[number] = self._row(point)
                self.body.addWidget(self.rows[number])
            resolved = self._document.resolved
            self.rows[number].show_point(point, self._points.hits[number], point.entry.layers(resolved))
            self.rows[number].refuse(*point.entry.problem(point.values, resolved, self._points.examples))
        self.empty.setVisible(not points)

    def fill_menu(self) -> QMenu:
        """The kinds of breakpoint to add."""
        menu = QMenu(self.add_button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for kind in BREAKPOINTS:
            menu.addAction(kind.title, partial(self._add, kind.id)).setToolTip(help_html(kind.help))
        return menu

    def _add(self, kind: str) -> None:
        self.rows[self._points.add(kind)].fold_out(True)

    def _open_menu(self) -> None:
        self.fill_menu().popup(self.add_button.mapToGlobal(QPoint(0, self.add_button.height())))

    def _row(self, point: Breakpoint) -> BreakRow:
        row = BreakRow(point)
        row.switched.connect(partial(self._points.switch, point.number))
        row.removed.connect(partial(self._points.remove, point.number))
        row.changed.connect(partial(self._points.change, point.number))
        return row


class BreakRow(QWidget):
    """One breakpoint: a dot that switches it, its condition, how often it was hit, a button that removes it."""

    switched = Signal(bool)
    removed = Signal()
    changed = Signal(str, object)

    def __init__(self, point: Breakpoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot = _Dot()
        self.title = _Title()
        self.hits = TextLabel("", "caption")
        self.remove = IconButton("close", "Remove this breakpoint", icon_size=14, side=24)
        self._params = point.entry.params
        self.form = ParamForm(self._params, point.values, fill=True)
        self.form.setVisible(False)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for widget in (self.dot, self.title, self.hits, self.remove):
            line.addWidget(widget, 1 if widget is self.title else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.form)
        self.dot.clicked.connect(self.switched)
        self.title.clicked.connect(self.fold_out)
        self.remove.clicked.connect(self.removed)
        self.form.changed.connect(self.changed)
        self.title.setCheckable(bool(point.entry.params))

    def show_point(self, point: Breakpoint, hits: int, layers: tuple[str, ...]) -> None:
        """Show the breakpoint as it is now, with the layers that it can be about."""
        self.dot.setChecked(point.on)
        self.title.show_text(point.summary, point.entry.help)
        self.hits.setText(f"{hits:,}×" if hits else "")
        self.hits.setToolTip(tooltip(f"Hit {hits:,} time{'' if hits == 1 else 's'}"))
        self.form.offer("layer", lambda: layers)
        self.form.set_values(point.values)

    def refuse(self, name: str, sentence: str) -> None:
        """Say below a field why the breakpoint can never halt; empty texts take that back."""
        for param in self._params:
            self.form.refuse(param.name, sentence if param.name == name else "")
        self.title.set_idle(bool(sentence))

    def fold_out(self, shown: bool) -> None:
        """Show the form, or put it away."""
        self.title.setChecked(shown)
        self.form.setVisible(shown)


class _Dot(QAbstractButton):
    """A filled dot while the breakpoint is on, an empty one while it is off."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFixedSize(20, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Look for this breakpoint")
        self.setToolTip(tooltip("Look for this breakpoint, or leave it be"))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QPointF(9, 12)
            painter.setPen(theme.focus_pen() if self.hasFocus() else QPen(tokens.color("acc"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, 6, 6)
            if self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.color("accfill"))
                painter.drawEllipse(middle, 4, 4)


class _Title(QAbstractButton):
    """The condition in a few words; a click folds its form out."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._idle = False
        self.setFont(theme.text_font(12))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, help: str) -> None:
        """Show a condition; hovering tells all of it, and what it means."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(tooltip(text) + help_html(help))

    def set_idle(self, idle: bool) -> None:
        """Look like one that can never halt, or as usual."""
        self._idle = idle
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.hasFocus():
                painter.setPen(theme.focus_pen())
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.setPen(tokens.color("prob" if self._idle else "acc" if self.isChecked() else "text"))
            painter.setFont(self.font())
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
            painter.drawText(self.rect().adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
