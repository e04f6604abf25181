"""The paths of a gradient or an error: each as a chain of factors with its product, and their sum."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.equations import Expr, Number, Quantity, Ref
from explorer.printing import show_plain, text
from explorer.stepping.paths import Path, Paths
from explorer.stepping.why import ASKED
from ui import theme
from ui.stepper.finding import Finding
from ui.stepper.session import StepSession
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Collapsible
from ui.widgets.number import NumberLabel
from ui.widgets.text import TextLabel

FEW, MOST = 6, 50
DIGITS = 6
_TIP = "A path from the cost back: its factors, from the cost on. A number in it leads to its step."


class PathsPart(QWidget):
    """A heading that folds out into the paths of the current step's quantity; they are found when they are seen."""

    hovered = Signal(object)
    """The path under the pointer, None when it leaves."""
    picked = Signal(object)
    """A quantity whose step is wanted."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._all = False
        self._finding = Finding(self)
        self._quantity: Quantity | None = None
        self.rows: list[PathRow] = []
        self.sum = TextLabel("", "secondary", wrap=True)
        self.more = PushButton(
            "", "unfold-more-horizontal", scale="small", tip="Show up to 50 paths, the largest first"
        )
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(4)
        last = QHBoxLayout()
        last.addWidget(self.sum, 1)
        last.addWidget(self.more)
        self._column.addLayout(last)
        self.fold = Collapsible("Paths", body)
        self.fold.setToolTip("The sum over every path from here to the cost, by the chain rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        self.fold.toggled.connect(lambda _on: self._fill())
        self.more.clicked.connect(self._show_all)

    def show_quantity(self, q: Quantity) -> None:
        """Show the paths of a quantity, if it has any and they are folded out."""
        self.setVisible(q.role in ASKED and bool(q.index))
        self._all = self._all and q == self._quantity
        self._quantity = q
        self._fill()

    def _show_all(self) -> None:
        self._all = True
        self._fill()

    def _fill(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        self.hovered.emit(None)
        self._finding.forget()
        quantity, most = self._quantity, MOST if self._all else FEW
        if quantity is None or not self.fold.expanded or self.isHidden():
            return
        figures = self._session.figures

        def find() -> tuple[Paths, list[Path]]:
            paths = Paths(figures.trace.rules, quantity, figures.exact)
            return paths, paths.best(most)

        if not self._finding.ask(find, lambda found: self._show(*found)):
            self.sum.setText("Looking for the paths…")
            self.more.hide()

    def _show(self, paths: Paths, found: list[Path]) -> None:
        for place, path in enumerate(found):
            row = PathRow(path, self._session)
            row.hovered.connect(self.hovered)
            row.picked.connect(self.picked)
            self.rows.append(row)
            self._column.insertWidget(place, row)
        self.sum.setText(self._told(paths, found))
        self.more.setText(f"Show {min(MOST, paths.count)}")
        self.more.setVisible(not self._all and len(found) == FEW < paths.count)

    def _told(self, paths: Paths, found: list[Path]) -> str:
        """``Sum of 2 paths: …``, with what those that are not shown add."""
        name = self._session.name(paths.quantity)
        total = show_plain(paths.total, digits=DIGITS)
        others = paths.count - len(found)
        if not others:
            return f"Together {total} = {name}, exact."
        rest = show_plain(paths.total - sum(path.product for path in found), digits=DIGITS)
        ends = " Some end at an error that stands for all paths behind it." if paths.bundles else ""
        noun = "other path adds" if others == 1 else "other paths add"
        first = f"The {others:,} {noun} {rest}: together" if found else f"All {others:,} paths carry nothing: together"
        return f"{first} {total} = {name}, exact.{ends}"


class PathRow(QFrame):
    """One path: its factors as links, and its product."""

    hovered = Signal(object)
    picked = Signal(object)

    def __init__(self, path: Path, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path, self._session = path, session
        self.setProperty("role", "card")
        self._links: list[Quantity] = []
        self.label = TextLabel("", "text", wrap=True)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setFont(theme.mono_font(11))
        self.label.setToolTip(_TIP)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.label.setText(" · ".join(self._chip(factor) for factor in path.factors))
        self.label.linkActivated.connect(lambda number: self.picked.emit(self._links[int(number)]))
        shown = show_plain(path.product, digits=DIGITS)
        self.product = NumberLabel(size=12)
        self.product.set_value(path.product, f"= {shown}")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.label, 1)
        row.addWidget(self.product)
        self.setAccessibleName(f"Path: {shown}")

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hovered.emit(self.path)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def _chip(self, factor: Expr) -> str:
        """Name and number; a link if a step computes it."""
        session, tokens = self._session, theme.current().tokens
        exact = session.figures.exact
        number = show_plain(float(factor.evaluate(exact)), digits=4)
        if isinstance(factor, Number):
            return escape(number)
        quantity = factor.quantity if isinstance(factor, Ref) else None
        name = session.name(quantity) if quantity is not None else text(factor, session.notation.text)
        named = escape(name if len(name) <= 40 else f"{name[:38]}…").replace(" ", "&nbsp;")
        if quantity is not None and session.trace is not None and session.trace.find(quantity) is not None:
            self._links.append(quantity)
            place = len(self._links) - 1
            named = f'<a href="{place}" style="color: {tokens.acc}; text-decoration: none">{named}</a>'
        return f'<span style="background-color: {tokens.surf2}">&nbsp;{named}&nbsp;{escape(number)}&nbsp;</span>'
