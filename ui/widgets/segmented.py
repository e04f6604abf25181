"""A row of choices of which one is taken: the workspace tabs, and small switches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.widgets.text import tooltip

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class SegmentedControl(QWidget):
    """Segments (id, text, icon or ""); ``picked`` tells the id that a person chose, never a change by the program."""

    picked = Signal(str)

    def __init__(
        self,
        segments: Sequence[tuple[str, str] | tuple[str, str, str]],
        large: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._segments: dict[str, _Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for segment in segments:
            button = _Segment(segment[1], segment[2] if len(segment) == 3 else "", large, self)
            button.clicked.connect(self._tell)
            button.stepped.connect(self._move)
            self._group.addButton(button)
            self._segments[segment[0]] = button
            row.addWidget(button)
        if self._segments:
            self.set_current(next(iter(self._segments)))

    def current(self) -> str:
        """The id of the chosen segment, or an empty text if there are none."""
        checked = self._group.checkedButton()
        return next((name for name, button in self._segments.items() if button is checked), "")

    def set_current(self, name: str) -> None:
        """Choose a segment, or none (an empty text), without telling anyone; raises KeyError for an id that is none."""
        if name:
            self._segments[name].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._segments.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def set_segment_enabled(self, name: str, enabled: bool, why: str = "") -> None:
        """Allow or forbid a segment; ``why`` tells the reason on hover."""
        self._segments[name].setEnabled(enabled)
        self._segments[name].setToolTip(tooltip(why) if why else "")

    def set_segment_tip(self, name: str, tip: str, keys: str = "") -> None:
        """What hovering over a segment tells."""
        self._segments[name].setToolTip(tooltip(tip, keys))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(tokens.color("surf2"))
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _tell(self) -> None:
        self.picked.emit(self.current())

    def _move(self, step: int) -> None:
        usable = [button for button in self._segments.values() if button.isEnabled()]
        checked = self._group.checkedButton()
        if checked not in usable:
            return
        target = usable[(usable.index(checked) + step) % len(usable)]
        if target is not checked:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            target.click()


class _Segment(QAbstractButton):
    """One choice; the arrow keys ask for its neighbours."""

    stepped = Signal(int)

    def __init__(self, text: str, icon: str, large: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._icon, self._large = icon, large

    def sizeHint(self) -> QSize:
        # The widest state, so that choosing a segment does not move the others.
        width = QFontMetrics(theme.text_font(13 if self._large else 11, 600)).horizontalAdvance(self.text())
        width += 24 if self._icon else 0
        return QSize(max(104, width + 24), 28) if self._large else QSize(width + 20, 22)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_frame(painter)
            font = theme.text_font(13 if self._large else 11, 600 if self.isChecked() else 500)
            width = QFontMetrics(font).horizontalAdvance(self.text())
            left = (self.width() - width - (24 if self._icon else 0)) // 2
            if self._icon:
                picture = theme.pixmap(self._icon, self._ink(), 16, self.devicePixelRatioF())
                painter.drawPixmap(left, (self.height() - 16) // 2, picture)
                left += 24
            painter.setFont(font)
            painter.setPen(theme.current().tokens.color(self._ink()))
            where = self.rect().adjusted(left, 0, 0, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

    def _paint_frame(self, painter: QPainter) -> None:
        tokens = theme.current().tokens
        if self.isChecked():
            focus = self.hasFocus()
            painter.setPen(QPen(tokens.color("acc" if focus else "accline"), 2 if focus else 1))
            painter.setBrush(tokens.color("surf"))
        elif self.isEnabled() and (self.underMouse() or self.hasFocus()):
            painter.setPen(QPen(tokens.color("acc"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("line2" if self.isDown() else "hover"))
        else:
            return
        inset = 1 if self.hasFocus() else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)

    def _ink(self) -> str:
        if not self.isEnabled():
            return "line2"
        return "acc" if self.isChecked() else "text2"
