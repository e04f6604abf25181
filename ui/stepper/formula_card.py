"""The formula card: a step's formula, with numbers, reduced, its result, and what PyTorch computed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.equations import Expr, Quantity, Ref
from explorer.printing import show_plain, text
from explorer.stepping.explain import general_form, general_formula, written_out
from explorer.stepping.naming import typeset_name
from explorer.stepping.numbers import MEASURED
from explorer.stepping.trace import Step
from ui import theme
from ui.formula import FormulaLabel
from ui.stepper.session import StepSession
from ui.stepper.whatif import was
from ui.widgets.number import NumberLabel
from ui.widgets.text import TextLabel

WIDE = 66
"""A line of more characters than this is written with numbers of six digits."""
_AUTOGRAD = {"delta": "autograd", "gradient": "autograd"}


class FormulaCard(QFrame):
    """Formula, = numbers, = factors, = result; at the right of the result PyTorch's."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "well")
        self.formula = FormulaLabel(size=19)
        self.substituted = FormulaLabel(size=15, token="text2")
        self.reduced = FormulaLabel(size=15, token="text2")
        self.explanation = TextLabel("", "caption", wrap=True)
        self.equals = QLabel("=")
        self.equals.setProperty("role", "accent")
        self.equals.setFont(theme.mono_font(20, 500))
        self.result = NumberLabel(size=20)
        self.result.setFont(theme.mono_font(20, 500))
        self.result.setProperty("role", "accent")
        self.aside = TextLabel("", "caption")
        self.check_icon = QLabel()
        self.check = TextLabel("", "secondary")
        self.check.setFont(theme.text_font(11))
        self._lay_out()

    def show_step(self, step: Step) -> None:
        """Show one step in the session's mode and names."""
        session, q = self._session, step.quantity
        name = typeset_name(session.notation, q)
        for widget in (self.equals, self.result, self.aside, self.check_icon, self.check):
            widget.show()
        self.explanation.setVisible(step.equation is None)
        if step.equation is not None:
            self._show_equation(step.equation, q, name)
        elif q.role in ("plus", "minus"):
            self._show_pass(q, name)
        else:
            self._show_found(q, name)
        self._show_result(q)
        self._show_check(q)

    def cover(self, lines: int) -> None:
        """Hide the result, the lines with numbers if ``lines`` is below 2, and the formula if it is below 1."""
        for widget in (self.equals, self.result, self.aside, self.check_icon, self.check):
            widget.hide()
        if lines < 2:
            for line in (self.substituted, self.reduced, self.explanation):
                line.hide()
        if lines < 1:
            q = self._session.step.quantity if self._session.step is not None else Quantity("")
            self.formula.set_tex(f"{typeset_name(self._session.notation, q)} =", f"{self._session.name(q)} =")

    def _show_equation(self, equation: Expr, q: Quantity, name: str) -> None:
        session = self._session
        rules = session.figures.trace.rules
        notation = session.notation
        longer = written_out(rules, q)
        shown = general_form(rules, q, notation) or equation
        plain = f"{session.name(q)} = {text(shown, notation.text)}"
        self.formula.set_tex(f"{name} = {session.figures.formula(shown, notation)}", plain)
        self._show_numbers(self.substituted, longer or equation, q)
        self._show_numbers(self.reduced, equation if longer is not None else None, q)

    def _show_numbers(self, label: FormulaLabel, expr: Expr | None, q: Quantity) -> None:
        """A line ``= numbers``; none for a formula that is a single number."""
        label.setVisible(expr is not None and not isinstance(expr, Ref))
        if expr is None or isinstance(expr, Ref):
            label.set_tex("")
            return
        figures, mode = self._session.figures, self._session.mode
        plain = figures.plain(expr, q, mode)
        tex = figures.substituted(expr, q, mode, short=len(plain) > WIDE and q.role not in MEASURED)
        label.set_tex(f"= {tex}", f"= {plain}")

    def _show_found(self, q: Quantity, name: str) -> None:
        """What an optimizer found for all weights at once, or what has too many terms to be written."""
        self.formula.set_tex(name, self._session.name(q))
        self.substituted.setVisible(False)
        self.reduced.setVisible(False)
        rules = self._session.figures.trace.rules
        if rules.lengths.too_long(q):
            tex = general_formula(rules, q)
            if q.role == "local_sum":
                tex = rf"{name} = \sum_{{k}} local_{{k}}"
            self.formula.set_tex(tex or name, self._session.name(q))
            how = "it is computed of all outputs at once" if "local" in q.role else "PyTorch computed the number"
            self.explanation.setText(f"It has about {rules.lengths.of(q):,} terms, too many to be written out: {how}.")
        else:
            self.explanation.setText(rules.optimizer.found.get(q.label, ""))

    def _show_pass(self, q: Quantity, name: str) -> None:
        """A whole forward pass with one weight changed."""
        session = self._session
        weight = Quantity("weight", q.node, q.part, q.index)
        sign = "+" if q.role == "plus" else "-"
        old, change = (session.figures.operand(part, session.mode) for part in (weight, Quantity("epsilon")))
        self.formula.set_tex(name, session.name(q))
        weight_name = typeset_name(session.notation, weight)
        self.substituted.setVisible(True)
        self.substituted.set_tex(f"{weight_name} = {old.replace('−', '-')} {sign} {change}", f"{old} {sign} {change}")
        self.reduced.setVisible(False)
        self.explanation.setText("The whole forward pass and the cost are computed with this one weight changed.")

    def _show_result(self, q: Quantity) -> None:
        session = self._session
        figures, mode = session.figures, session.mode
        shown = session.text(q)
        self.result.set_value(figures.value(q, mode), shown)
        self.result.setToolTip(f"{session.name(q)} = {figures.exact_digits(q)}")
        aside = ""
        if mode == "printed":
            if not figures.textbook.printed(q):
                aside = "the textbook prints nothing here"
            elif figures.textbook.slip(q) == "own":
                aside = f"right: {figures.text(q, 'decimals')}"
        old = was(session, q)
        aside = f"was {old}" if old else aside
        self.aside.setText(aside)
        self.aside.setProperty("role", "warning" if aside.startswith("right") else "caption")
        self.aside.style().polish(self.aside)

    def _show_check(self, q: Quantity) -> None:
        figures = self._session.figures
        value = figures.autograd(q)
        agrees = figures.agrees(q)
        if value is None:
            self.check.setText(f"exact {show_plain(figures.value(q, 'exact'), digits=6)}")
            self.check_icon.clear()
        else:
            digits = 6 if agrees else 12
            self.check.setText(f"{_AUTOGRAD.get(q.role, 'PyTorch')} {show_plain(value, digits=digits)} exact")
            token = "text2" if agrees else "warn"
            icon = "check-circle-outline" if agrees else "alert-outline"
            self.check_icon.setPixmap(theme.pixmap(icon, token, 14, self.devicePixelRatioF()))
        self.check.setProperty("role", "secondary" if agrees else "warning")
        self.check.style().polish(self.check)
        self.check.setVisible(not was(self._session, q))  # the old number has its place then
        told = "The formula, on exact numbers, gives what PyTorch computed." if agrees else "They disagree."
        told = told if value is not None else "PyTorch keeps no such number; this is the exact formula."
        self.check.setToolTip(told)
        self.check_icon.setToolTip(told)

    def _lay_out(self) -> None:
        result = QHBoxLayout()
        result.setSpacing(12)
        result.addWidget(self.equals)
        result.addWidget(self.result)
        result.addWidget(self.aside)
        result.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(self.formula)
        for label in (self.substituted, self.reduced):
            row = QHBoxLayout()
            row.addSpacing(4)
            row.addWidget(label)
            column.addLayout(row)
        column.addWidget(self.explanation)
        column.addLayout(result)
        check = QHBoxLayout()
        check.setSpacing(5)
        check.addStretch(1)
        check.addWidget(self.check_icon)
        check.addWidget(self.check)
        result.addLayout(check)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
