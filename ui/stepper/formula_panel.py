"""The formula panel: where the step is, the debugger's buttons, the question, the formula with numbers, its factors."""

from __future__ import annotations

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from explorer.equations import Quantity
from explorer.stepping.check_summary import corner_words
from explorer.stepping.explain import factors
from explorer.stepping.numbers import MEASURED
from explorer.stepping.questions import OF_A_WEIGHT, question, section_words, weight_of
from explorer.stepping.trace import STAGES, Step
from ui import theme
from ui.stepper.actions import StepActions
from ui.stepper.check_page import CheckPage
from ui.stepper.crumbs import Crumbs
from ui.stepper.exporter import ReportExporter
from ui.stepper.factor_cards import BANDS, FactorRow, VerdictBands
from ui.stepper.formula_card import FormulaCard
from ui.stepper.gradient_checks import GradientChecks
from ui.stepper.paths_part import PathsPart
from ui.stepper.practice import Practice, PracticeCard
from ui.stepper.session import StepSession
from ui.stepper.seven_steps import SevenSteps
from ui.stepper.table import TablePage
from ui.stepper.waiting import WaitingStack
from ui.stepper.whatif import WhatIf
from ui.stepper.whatif_bar import WhatIfBanner, WhatIfCard
from ui.stepper.whole_card import WholeCard
from ui.stepper.why_card import WhyCard
from ui.widgets.buttons import PushButton
from ui.widgets.containers import Separator
from ui.widgets.segmented import SegmentedControl
from ui.widgets.text import Chip, ElidedLabel, TextLabel, tooltip

_SLIPS = {"own": "textbook slip", "use": "textbook slip in its use", "operand": "textbook slip in a number it uses"}
_NO_TEXTBOOK = "This project has no printed figures of a textbook for these numbers."
_NO_SLOPE = " There is no slope to compare with, so that the two gradients may differ, and none is wrong."
_ROUNDING = "The gradients differ by less than float64 resolves in the two costs, so they agree."
LEAST_WIDTH, WIDTH_WITH_KEYS = 380, 490


class FormulaPanel(QWidget):
    """The middle of the stepper."""

    def __init__(
        self,
        session: StepSession,
        actions: StepActions,
        what_if: WhatIf,
        checks: GradientChecks,
        settings: QSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.step_actions = actions
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.crumbs = Crumbs()
        self.style_switch = SegmentedControl([("names", "Names"), ("layers", "Layers")], name="Notation")
        self.style_switch.set_segment_tip("names", "The textbook's names: w5, out b1, δ c1")
        self.style_switch.set_segment_tip("layers", "Names by layers: w³₁₂, a²₁, δ³₁")
        self.mode_switch = SegmentedControl(
            [("printed", "As printed"), ("decimals", "4 decimals"), ("exact", "Exact")], name="How numbers are shown"
        )
        self.question = TextLabel("", "title", wrap=True)
        self.slip = Chip("", "warn", icon="alert-outline")
        self.note = TextLabel("", "warning", wrap=True)
        self.note.setFont(theme.text_font(11))
        self.card = FormulaCard(session)
        self.whole = WholeCard(session)
        self.parts_title = ElidedLabel("", "heading")
        self.table_button = PushButton("Table", "table", scale="small", tip="All steps as one table, to copy or export")
        self.next_button = PushButton("Next iteration", "skip-next", scale="small")
        self.apply_button = PushButton("Apply update", "check", variant="accent", scale="small")
        self.factors = FactorRow(session)
        self.verdict = VerdictBands()
        self.why = WhyCard(session)
        self.banner = WhatIfBanner(what_if)
        self.what_if = WhatIfCard(session, what_if)
        self.paths = PathsPart(session)
        self.seven = SevenSteps(session)
        self.table = TablePage(session)
        self.check = CheckPage(session, checks)
        self.check_button = PushButton(
            "Check", "check-all", scale="small", tip="The check of all gradients, the worst first"
        )
        self.exporter = ReportExporter(session, self)
        self.practice = Practice(session, settings, self)
        self.practice_card = PracticeCard(self.practice)
        self.practice_button = PushButton("Practise", "school-outline", scale="small")
        self.practice_button.setCheckable(True)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Show the current step."""
        step, session = self._session.step, self._session
        if step is None or session.trace is None or not self.isVisible():
            return
        rules = session.trace.rules
        self.crumbs.show_path(
            STAGES[step.stage - 1], section_words(rules, step.quantity, session.notation), self._short_name(step)
        )
        self.question.setText(question(rules, step.quantity, session.notation))
        self._show_switches()
        self._show_slip(step)
        self.card.show_step(step)
        self._show_parts(step)
        self._show_whole(step)
        self.why.show_step(step)
        self.paths.show_quantity(step.quantity)
        self._cover()
        self.next_button.setVisible(session.at_end and session.has_next)
        self.apply_button.setVisible(session.at_end and not session.revisited and session.before is None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.set_visible(self, True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.set_visible(self, False)

    def show_table(self, shown: bool) -> None:
        """Show the table of all steps, or the current step's formula."""
        self._pages.setCurrentIndex(1 if shown else 0)
        if shown:
            self.table.refresh()

    def show_check(self, shown: bool) -> None:
        """Show the check of the gradients, or the current step's formula."""
        self._pages.setCurrentIndex(2 if shown else 0)
        if shown:
            self.check.refresh()

    def _show_whole(self, step: Step) -> None:
        """A layer at once in place of one number, while steps are as large."""
        name = self.whole.show_step(step) if self._session.level in ("layer", "stage") else ""
        self.whole.setVisible(bool(name))
        self.card.setVisible(not name)
        if name:
            self.question.setText(f"What is {name}, all of it at once?")
            self.factors.hide()
            self.verdict.hide()
            self.parts_title.setText("")

    def _show_one(self, quantity: Quantity) -> None:
        """Go from a layer as a whole to one of its numbers."""
        self._session.set_level("unit")
        self._session.go_to(quantity)

    def _cover(self) -> None:
        """Hide what would tell the number that is to be found."""
        self.practice_button.setChecked(self.practice.on)
        for button in (self.table_button, self.check_button, self.what_if.button):
            button.setEnabled(not self.practice.on)
        self.exporter.button.setEnabled(not self.practice.on and not self.exporter.busy)
        if self.practice.covering:
            self.card.show()
            self.card.cover(self.practice.hints)
            parts = (self.whole, self.factors, self.verdict, self.seven, self.why, self.why.button, self.paths)
            for widget in (self.slip, self.note, *parts):
                widget.hide()
            self.parts_title.setText("")

    def _short_name(self, step: Step) -> str:
        q = step.quantity
        return self._session.name(weight_of(q) if q.role in OF_A_WEIGHT else q)

    def _show_switches(self) -> None:
        session = self._session
        self.style_switch.set_current(session.style)
        has_prints = session.figures.textbook.applies
        self.mode_switch.set_segment_enabled("printed", has_prints, "" if has_prints else _NO_TEXTBOOK)
        if has_prints:
            self.mode_switch.set_segment_tip("printed", "What the textbook prints, slips and all")
        self.mode_switch.set_segment_tip("decimals", "Every number rounded to four decimals and carried on")
        self.mode_switch.set_segment_tip("exact", "Computed in float64; hover a number for every digit")
        self.mode_switch.set_current(session.mode)

    def _show_slip(self, step: Step) -> None:
        textbook = self._session.figures.textbook
        kind = textbook.slip(step.quantity)
        notes = textbook.notes(step.quantity)
        if kind == "operand":
            for operand in textbook.slips_below(step.quantity):
                notes += [f"{self._session.name(operand)}: {note}" for note in textbook.notes(operand)]
        kink = self._session.figures.trace.record.kink(step.quantity) if step.quantity.role in MEASURED else None
        if kink is not None:
            notes = [*notes, corner_words(self._session.figures.trace.rules, self._session.notation, kink) + _NO_SLOPE]
        elif _only_rounding(self._session, step.quantity):
            notes = [*notes, _ROUNDING]
        self.slip.setVisible(bool(kind))
        if kind:
            self.slip.set_text(_SLIPS[kind])
            self.slip.setToolTip(tooltip(" ".join(notes)))
        self.note.setVisible(bool(notes))
        self.note.setText("\n".join(notes))
        self.note.setProperty("role", "warning" if kind else "caption")
        self.note.style().polish(self.note)

    def _show_parts(self, step: Step) -> None:
        session, q = self._session, step.quantity
        rules = session.figures.trace.rules
        found = factors(rules, q, session.notation)
        into = session.operand_step(step)
        current = session.trace[into].quantity if into is not None and session.trace is not None else None
        self.factors.show_factors(found, current)
        self.factors.setVisible(bool(found))
        self.seven.show_weight(q if q.role in MEASURED else None)
        checking = q.role == "relative" and session.figures.trace.record.kink(q) is None
        self.verdict.setVisible(checking)
        if checking:
            self.verdict.show_error(0.0 if _only_rounding(session, q) else session.figures.value(q, "exact"))
        self.parts_title.setText(_parts_title(q.role, [factor.operator for factor in found]))

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for button in self.step_actions.buttons:
            button.show_keys(event.size().width() >= WIDTH_WITH_KEYS)
        super().resizeEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.crumbs, 1)
        head.addWidget(self.style_switch)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in self.step_actions.buttons:
            buttons.addWidget(button)
        buttons.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 10)
        top.setSpacing(8)
        top.addLayout(head)
        top.addLayout(buttons)
        top.addWidget(self.banner)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Separator())
        self._pages.addWidget(self._formula_page())
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.check)
        column.addWidget(self._pages, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.waiting = WaitingStack(self._session, body)
        whole.addWidget(self.waiting)

    def _formula_page(self) -> QScrollArea:
        modes = QHBoxLayout()
        modes.addWidget(self.mode_switch)
        modes.addStretch(1)
        modes.addWidget(self.slip)
        parts = QHBoxLayout()
        parts.setSpacing(8)
        parts.addWidget(self.parts_title, 1)
        for button in (self.practice_button, self.check_button, self.table_button, self.exporter.button):
            parts.addWidget(button)
        ends = QHBoxLayout()
        ends.addStretch(1)
        for button in (self.next_button, self.apply_button):
            ends.addWidget(button)
        page = QWidget()
        page.setProperty("role", "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        asked = QHBoxLayout()
        asked.addWidget(self.question, 1)
        for button in (self.why.button, self.what_if.button):
            asked.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(asked)
        column.addLayout(modes)
        column.addWidget(self.note)
        column.addWidget(self.card)
        column.addWidget(self.whole)
        column.addWidget(self.what_if)
        column.addWidget(self.why)
        column.addWidget(self.practice_card)
        column.addWidget(self.exporter.strip)
        column.addLayout(parts)
        column.addWidget(self.factors)
        column.addLayout(ends)
        column.addWidget(self.verdict)
        column.addWidget(self.seven)
        column.addWidget(self.paths)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(page)
        return scroll

    def _connect(self) -> None:
        session = self._session
        self.style_switch.picked.connect(session.set_style)
        self.mode_switch.picked.connect(session.set_mode)
        for part in (self.factors, self.why, self.paths):
            part.picked.connect(session.go_to)
        self.table_button.clicked.connect(lambda: self.show_table(True))
        self.check_button.clicked.connect(lambda: self.show_check(True))
        self.seven.picked.connect(session.go_to)
        for signal in (self.check.closed, self.check.picked):
            signal.connect(lambda: self.show_check(False))
        self.table.closed.connect(lambda: self.show_table(False))
        self.table.picked.connect(lambda: self.show_table(False))
        self.practice_button.toggled.connect(self.practice.switch)
        self.practice_button.setToolTip(tooltip("Hide the numbers, and find them yourself"))
        self.next_button.clicked.connect(session.next_iteration)
        self.apply_button.clicked.connect(session.apply_update)
        self.next_button.setToolTip(tooltip("Go on with the new weights, and leave the project's as they are"))
        self.apply_button.setToolTip(tooltip("Write the new weights into the project, and go on from them"))
        self.whole.picked.connect(self._show_one)
        session.trace_changed.connect(self.refresh)
        session.step_changed.connect(self.refresh)
        session.shown_changed.connect(self.refresh)
        theme.current().changed.connect(self.refresh)


def _only_rounding(session: StepSession, q: Quantity) -> bool:
    """Whether ``q`` is the relative error of two gradients that seem to disagree, but differ by rounding alone."""
    if q.role != "relative" or session.figures.value(q, "exact") <= BANDS[0][0]:
        return False
    return session.figures.trace.record.only_rounding(q)


def _parts_title(role: str, operators: list[str]) -> str:
    """What the cards are."""
    if role == "relative":
        return "Verdict"
    if not operators:
        return ""
    if role in ("unlimited", "updated"):
        return "The update"
    if "+" in operators:
        return "Terms of the sum"
    return "Difference" if "−" in operators else "Chain of factors"
