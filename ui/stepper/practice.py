"""Practice: the current number is hidden, a person types it, and is told right, wrong, or which slip it looks like."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right

from PySide6.QtCore import QObject, QPoint, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from explorer.equations import Quantity
from explorer.stepping.arithmetic import ArithmeticProblem, calculate
from explorer.stepping.practice import Exercise, Progress, practised, progress_from, project_key
from explorer.stepping.report import stage_title
from ui import theme
from ui.stepper.session import StepSession
from ui.widgets.buttons import PushButton
from ui.widgets.text import TextLabel, tooltip

HINTS = 2
_HINT_WORDS = ("Hint: formula", "Hint: numbers", "Hint")
_SETTING = "practice"


class Practice(QObject):
    """Which numbers are hidden, what was answered, and the score, which is kept in ``settings`` by project."""

    changed = Signal()

    def __init__(self, session: StepSession, settings: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self._settings = session, settings
        self.on = False
        self.stages: tuple[int, ...] = ()
        self.one_per_layer = False
        self.hints = 0
        self.sentence, self.role = "", "caption"
        self._progress: Progress | None = None
        self._open: set[Quantity] = set()
        self._steps: list[int] = []
        session.hides = self.hides
        session.trace_changed.connect(self._restart)
        session.step_changed.connect(self._turn)
        session.document.opened.connect(self._on_opened)

    @property
    def progress(self) -> Progress:
        """The score of the project; it is read when it is first asked for, for which the whole network is looked at."""
        if self._progress is None:
            self._progress = self._read()
        return self._progress

    @property
    def covering(self) -> bool:
        """Whether the current step's number is hidden."""
        step = self.session.step
        return step is not None and self.hides(step.quantity)

    def hides(self, q: Quantity) -> bool:
        """Whether a number is hidden: the current one until it is found or revealed, and all later ones."""
        trace = self.session.trace
        if not self.on or trace is None:
            return False
        number = trace.find(q)
        if number is None or number < self.session.number:
            return False
        return number > self.session.number or (q not in self._open and self._asked(number))

    def switch(self, on: bool) -> None:
        """Begin at the next step that is practised, or end."""
        if on != self.on:
            self.on = on
            self.session.set_level("term")
            self._restart()
            if on and self._steps and not self._asked(self.session.number):
                self.next()
            self._tell()

    def choose(self, stages: tuple[int, ...], one_per_layer: bool) -> None:
        """Practise the steps of some stages (empty for all), of all units or the first of each layer."""
        self.stages, self.one_per_layer = stages, one_per_layer
        self._restart()
        if self.on and not self._asked(self.session.number):
            self.next()
        self._tell()

    def answer(self, text: str) -> None:
        """Judge what is typed."""
        exercise = self._exercise()
        if exercise is None or not self.covering:
            return
        try:
            typed = calculate(text)
        except ArithmeticProblem as problem:
            self._say(str(problem), "problem")
            return
        judged = exercise.judge(typed)
        right = judged.verdict == "right"
        self._progress = self.progress.with_try(self._name(exercise.quantity), right)
        self._save()
        if right:
            self._open.add(exercise.quantity)
            self._say(judged.sentence, "accent")
        else:
            likely = "It looks like a slip: " if judged.verdict == "slip" else ""
            self._say(likely + judged.sentence, "warning")

    def hint(self) -> None:
        """Show the formula, then the formula with numbers."""
        exercise = self._exercise()
        if exercise is not None and self.hints < HINTS:
            self.hints += 1
            self._say(exercise.tolerance_words if self.hints == HINTS else "", "caption")

    def reveal(self) -> None:
        """Show the number; it does not count as found."""
        exercise = self._exercise()
        if exercise is not None and self.covering:
            self._open.add(exercise.quantity)
            self._progress = self.progress.with_reveal(self._name(exercise.quantity))
            self._save()
            self._say("This is the number; it does not count as found.", "caption")

    def next(self) -> None:
        """The next step that is practised; from the last on to the first."""
        if self._steps:
            place = bisect_right(self._steps, self.session.number)
            self.session.go(self._steps[place % len(self._steps)])

    def forget(self) -> None:
        """Begin with an empty score."""
        self._progress = Progress()
        self._open.clear()
        self._save()
        self._turn()

    @property
    def score_words(self) -> str:
        """The score in words."""
        found, tried = self.progress.score
        return f"{found} of {tried} found" if tried else "Nothing tried yet"

    def _asked(self, number: int) -> bool:
        place = bisect_left(self._steps, number)
        return place < len(self._steps) and self._steps[place] == number

    def _exercise(self) -> Exercise | None:
        session, step = self.session, self.session.step
        return None if step is None else Exercise(session.figures, step.quantity, session.mode, session.notation)

    def _name(self, q: Quantity) -> str:
        """A name that does not depend on the notation in use; with the example, whose numbers are its own."""
        examples = ",".join(map(str, self.session.chosen_examples.wanted))
        return f"{examples}:{q.role}:{q.node}.{q.part}{q.index}{q.example}{q.label}"

    def _restart(self) -> None:
        trace = self.session.trace
        self._steps = practised(trace, self.stages, self.one_per_layer) if self.on and trace is not None else []
        self._open.clear()
        self._turn()

    def _turn(self) -> None:
        self.hints, self.sentence = 0, ""
        if self.on:
            self.changed.emit()

    def _say(self, sentence: str, role: str) -> None:
        self.sentence, self.role = sentence, role
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        self.session.shown_changed.emit()

    def _key(self) -> str:
        return f"{_SETTING}/{project_key(self.session.document.project)}"

    def _on_opened(self) -> None:
        self._progress = None

    def _read(self) -> Progress:
        """The score of the project that is open; one that cannot be read is empty."""
        text = self._settings.value(self._key(), "", type=str) if self._settings is not None else ""
        try:
            return progress_from(json.loads(str(text) or "{}"))
        except ValueError:
            return Progress()

    def _save(self) -> None:
        if self._settings is not None:
            self._settings.setValue(self._key(), json.dumps(self.progress.as_data()))


class PracticeCard(QFrame):
    """The answer field in place of the result, with hint, reveal, next, and the score."""

    def __init__(self, practice: Practice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.practice = practice
        self.setProperty("role", "card")
        self.field = QLineEdit()
        self.field.setFont(theme.mono_font(13))
        self.field.setPlaceholderText("Number or calculation")
        self.field.setAccessibleName("Your answer")
        self.field.setToolTip(tooltip("A number, a fraction such as 1/3, or a calculation: 0.25 − 0.5·0.0106"))
        self.check = PushButton("Check", "check", "accent", "small", tip="Is it right? (Enter)")
        self.hint = PushButton(_HINT_WORDS[0], "lightbulb-outline", scale="small", tip="The formula, then its numbers")
        self.reveal = PushButton("Reveal", "eye-outline", scale="small", tip="Show it; it does not count as found")
        self.next = PushButton("Next", "arrow-right", scale="small", tip="The next number to be found")
        self.verdict = TextLabel("", "caption", wrap=True)
        self.score = TextLabel("", "caption")
        self.which = PushButton("Which steps", "format-list-checks", "ghost", "small", tip="Choose what is practised")
        self.menu = QMenu(self.which)
        self._lay_out()
        self.field.returnPressed.connect(self._enter)
        self.check.clicked.connect(self._enter)
        self.hint.clicked.connect(practice.hint)
        self.reveal.clicked.connect(practice.reveal)
        self.next.clicked.connect(practice.next)
        self.which.clicked.connect(self._open_menu)
        practice.session.step_changed.connect(self.field.clear)
        practice.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done at the current step, and what was said of the answer."""
        practice = self.practice
        self.setVisible(practice.on)
        covering = practice.covering
        for widget in (self.field, self.check, self.hint, self.reveal):
            widget.setVisible(covering)
        self.next.set_variant("plain" if covering else "accent")
        self.hint.setText(_HINT_WORDS[practice.hints])
        self.hint.setEnabled(practice.hints < HINTS)
        self.verdict.setText(practice.sentence or ("" if covering else "Nothing is asked at this step."))
        self.verdict.setProperty("role", practice.role if practice.sentence else "caption")
        self.verdict.style().polish(self.verdict)
        self.score.setText(practice.score_words if practice.on else "")
        if covering and practice.on and self.isVisible() and not self.field.text():
            self.field.setFocus()

    def fill_menu(self) -> QMenu:
        """Which stages and units are practised, and an end to the score."""
        practice, menu = self.practice, self.menu
        menu.clear()
        chosen = practice.stages or (1, 2, 3, 4, 5)
        for stage in range(1, 6):
            action = self._checkable(stage_title(stage), stage in chosen)
            left = tuple(s for s in range(1, 6) if (s in chosen) != (s == stage))
            action.triggered.connect(lambda _=False, left=left: practice.choose(left, practice.one_per_layer))
        menu.addSeparator()
        action = self._checkable("One unit per layer", practice.one_per_layer)
        action.triggered.connect(lambda on: practice.choose(practice.stages, on))
        menu.addSeparator()
        menu.addAction("Forget the score", practice.forget)
        return menu

    def _checkable(self, words: str, on: bool) -> QAction:
        action = self.menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(on)
        return action

    def _enter(self) -> None:
        if self.practice.covering:
            self.practice.answer(self.field.text())
        else:
            self.practice.next()

    def _open_menu(self) -> None:
        self.fill_menu().popup(self.which.mapToGlobal(QPoint(0, self.which.height() + 2)))

    def _lay_out(self) -> None:
        answer = QHBoxLayout()
        answer.setSpacing(8)
        answer.addWidget(self.field, 1)
        answer.addWidget(self.check)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.hint, self.reveal, self.next):
            buttons.addWidget(button)
        buttons.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.score, 1)
        below.addWidget(self.which)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addLayout(answer)
        column.addWidget(self.verdict)
        column.addLayout(buttons)
        column.addLayout(below)
