"""What the inspector shows when not exactly one layer is selected: the network, or several layers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.kind import show_shape
from explorer.project.check import number_bytes
from explorer.resolve import Layer
from explorer.tally import Tally, tally
from explorer.templates import rename_template
from ui import theme
from ui.editor.look import icon_name, plural
from ui.inspector.figures import Figure, FigureRows, MonoLabel, cost_figures
from ui.inspector.header import Header
from ui.inspector.pieces import said
from ui.scope import Scope
from ui.widgets.containers import Section
from ui.widgets.text import TextLabel, tooltip

_MOST_ROWS = 100
LONGEST_NAME = 80


class Overview(QWidget):
    """The project's name, its totals, and a row for each layer (or each that is selected)."""

    def __init__(self, document: Scope) -> None:
        super().__init__()
        self._document = document
        self.chosen = document.selection
        """The layers that it is about; none is all."""
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header: Header | None = None
        if not document.selection:
            icon, kind = ("group", "Template") if document.path else ("graph-outline", "Network")
            self.header = Header(self._rename)
            self.header.show_kind(icon, kind)
            column.addWidget(self.header)
        self._totals, self._figures = Section(""), FigureRows(8)
        self._totals.body.addWidget(self._figures)
        self._rows: list[LayerRow] = []
        self._list = Section("Layers", separated=False)
        self._list.body.setSpacing(0)
        self._list.body.setContentsMargins(8, 8, 8, 12)
        self._count, self._more = MonoLabel("", "caption"), TextLabel("", "caption")
        self._hint = TextLabel("Select a layer on the canvas to see and change it here.", "secondary", True)
        self._list.add_right(self._count)
        self._list.body.addWidget(self._more)
        self._list.body.addWidget(self._hint)
        column.addWidget(self._totals)
        column.addWidget(self._list)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what the network, or what is selected of it, is now; rows stay, for there may be hundreds."""
        self.chosen = self._document.selection if self.header is None else ()
        document, known = self._document, self._document.resolved.layers
        names: Collection[str] = document.selection or document.network.by_id
        whole = not document.selection and len(names) == len(known)
        sums = tally(document.resolved.every if whole else tuple([known[name] for name in names]))
        count = len(names)
        if self.header is not None:
            self.header.name.show_name(document.template or document.project.name)
        self._show_totals(count, sums)
        self._count.setText(f"{count:,}")
        self._more.setText(f"and {count - _MOST_ROWS:,} more")
        self._more.setVisible(count > _MOST_ROWS)
        self._hint.setVisible(not count)
        shown = [known[name] for name in islice(names, _MOST_ROWS)]
        for row in self._rows[len(shown) :]:
            row.hide()
            row.deleteLater()
        del self._rows[len(shown) :]
        for number, layer in enumerate(shown):
            if number < len(self._rows):
                self._rows[number].show_layer(layer)
            else:
                self._rows.append(self._row(layer))
                self._list.body.insertWidget(number, self._rows[-1])
                self._rows[-1].show()

    def _row(self, layer: Layer) -> LayerRow:
        row = LayerRow(layer)
        row.picked.connect(lambda name: self._document.select((name,)))
        return row

    def _show_totals(self, count: int, sums: Tally) -> None:
        document, figures = self._document, list[Figure]()
        self._totals.heading.setText(f"{plural(count, 'layer')} selected" if document.selection else "Totals")
        if not document.selection:
            figures += [Figure("layers", f"{count:,}"), Figure("wires", f"{len(document.network.edges):,}")]
        figures.append(Figure("parameters", f"{sums.parameters:,}", strong=True))
        if sums.trainable < sums.parameters:
            frozen = sums.parameters - sums.trainable
            figures += [Figure("trainable", f"{sums.trainable:,}"), Figure("frozen", f"{frozen:,}")]
        costs = cost_figures(sums, number_bytes(document.project)) if count else []
        self._figures.show_figures([*figures, *costs])

    def _rename(self, name: str) -> str:
        scope, document = self._document, self._document.document
        if scope.path:
            old = scope.template
            label = f"rename the template {old} to {name}"
            return said(lambda: document.edit_network(label, rename_template(document.network, old, name)))
        if not name or len(name) > LONGEST_NAME:
            return f"A project's name has 1 to {LONGEST_NAME} characters."
        document.edit("rename the project", replace(document.project, name=name))
        return ""


class LayerRow(QWidget):
    """One layer: icon, name (another one if ``name`` is given), shape; a click or Enter selects it."""

    picked = Signal(str)

    def __init__(self, layer: Layer, name: str = "") -> None:
        super().__init__()
        self._layer: Layer | None = None
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_layer(layer, name)

    def show_layer(self, layer: Layer, name: str = "") -> None:
        """Show another layer, or what it has become."""
        if layer is self._layer:
            return
        self._layer = layer
        self._name, self._icon, self._shape = name or layer.id, icon_name(layer.kind.icon), show_shape(layer.shape)
        self.setAccessibleName(f"{layer.id}, {layer.kind.title}, {self._shape}")
        self.setToolTip(tooltip(f"{layer.kind.title}, {plural(layer.parameters, 'parameter')}"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.picked.emit(self._name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._name)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(tokens.color("acc"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("hover"))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.drawPixmap(8, 6, theme.pixmap(self._icon, "text2", 16, self.devicePixelRatioF()))
        painter.setFont(theme.mono_font(12))
        painter.setPen(tokens.color("text2"))
        width = painter.fontMetrics().horizontalAdvance(self._shape)
        where = self.rect().adjusted(32, 0, -8, 0)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._shape)
        painter.setFont(theme.text_font(13))
        painter.setPen(tokens.color("text"))
        room = where.adjusted(0, 0, -width - 8, 0)
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
