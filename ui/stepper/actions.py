"""The debugger's actions: back, over, into, out, run to, first and last, with their keys and buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QSize, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.stepping.report import stage_title
from ui import theme
from ui.keys import follow_keys
from ui.stepper.session import StepSession
from ui.widgets.buttons import ButtonVariant, PushButton
from ui.widgets.text import native_keys

_SPECS: tuple[tuple[str, str, str, str, str, str], ...] = (  # id, text, icon, keys, on the button, tip
    ("back", "Back", "arrow-left", "Shift+F10", "Shift+F10", "The step before"),
    ("over", "Over", "debug-step-over", "F10", "F10", "The next step"),
    ("into", "Into", "arrow-down", "F11", "F11", "Into the first operand: the step that computed it; Out leads back"),
    ("out", "Out", "arrow-up", "Shift+F11", "", "Back to where Into came from, or on to the next layer"),
    ("run", "Run to", "fast-forward", "F5", "F5", "To a stage, a layer, a quantity or the end; F5: to the next stage"),
)


class DebugButton(PushButton):
    """A button of the row above the formula: a little narrower, so that five fit beside diagram and list."""

    def __init__(self, text: str, icon: str, variant: ButtonVariant) -> None:
        super().__init__(text, icon, variant, "compact")
        self.setFont(theme.text_font(12, 500))
        self._all_keys, self._room = "", True

    def explain(self, tip: str, on_button: bool, keys: str) -> None:
        """Say what the button does and with which keys, which stand on the button too if there is room."""
        self._tip = tip
        self._all_keys = keys if on_button else ""
        self.set_keys(keys, shown=on_button and self._room)

    def show_keys(self, shown: bool) -> None:
        """Show the keys on the button, or leave them to its tooltip where there is little room."""
        self._room = shown
        if shown != bool(self._keys) and self._all_keys:
            self._keys = native_keys(self._all_keys).replace("+", " ") if shown else ""
            self._refresh()

    def sizeHint(self) -> QSize:
        wide = super().sizeHint()
        return QSize(wide.width() - 8, wide.height())

    def _gap(self) -> int:
        return 5


class StepActions(QObject):
    """Actions for the window (with shortcuts) and buttons for the formula panel; both know when they can do nothing."""

    quantity_asked = Signal()
    """A quantity to run to is to be chosen in the list."""

    def __init__(self, session: StepSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        doing: dict[str, Callable[[], None]] = {
            "back": session.back, "over": session.over, "into": session.into, "out": session.out,
            "run": session.run_to_next_stage,
        }  # fmt: skip
        self.by_id: dict[str, QAction] = {}
        self.buttons: list[DebugButton] = []
        self._by_button: dict[str, PushButton] = {}
        for name, text, icon, keys, on_button, tip in _SPECS:
            label = "Run to the next stage" if name == "run" else f"Step {text.lower()}"
            self._add(name, label, keys, tip, doing[name])
            variant: ButtonVariant = "accent" if name == "over" else "plain"
            button = DebugButton(text, icon, variant)
            follow_keys(self.by_id[name], partial(button.explain, tip, bool(on_button)))
            button.clicked.connect(self._open_menu if name == "run" else self.by_id[name].trigger)
            self.buttons.append(button)
            self._by_button[name] = button
        self._add("first", "First step", "Home", "The first step of the iteration", session.first)
        self._add("last", "Last step", "End", "The last step of the iteration", session.last)
        self.menu = QMenu(self._by_button["run"])
        for signal in (session.trace_changed, session.step_changed, session.status_changed):
            signal.connect(self.refresh)
        self.refresh()

    @property
    def all(self) -> list[QAction]:
        """The actions, for the window's shortcuts and command list."""
        return list(self.by_id.values())

    def button(self, name: str) -> PushButton:
        """The button of an action."""
        return self._by_button[name]

    def refresh(self) -> None:
        """Enable what can be done at the current step."""
        session = self._session
        step = session.step
        inside = step is not None and session.operand_step(step) is not None
        able = {
            "back": session.number > 0, "first": session.number > 0, "over": not session.at_end,
            "last": not session.at_end, "into": inside, "out": session.inside or not session.at_end,
            "run": not session.at_end,
        }  # fmt: skip
        for name, action in self.by_id.items():
            action.setEnabled(step is not None and able[name])
            if name in self._by_button:
                # The menu of Run to is of use at the last step too: it leads to any quantity.
                enabled = step is not None if name == "run" else action.isEnabled()
                self._by_button[name].setEnabled(enabled)

    def fill_menu(self) -> QMenu:
        """The choices of Run to at the current step."""
        session, menu = self._session, self.menu
        menu.clear()
        here = session.step
        if here is None or session.trace is None:
            return menu
        if here.stage < 5:
            keys = self.by_id["run"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            menu.addAction(f"Next stage\t{keys}", session.run_to_next_stage)
        menu.addAction("Next layer", session.run_to_next_layer)
        menu.addSeparator()
        for stage in range(1, 6):
            if len(session.trace.stage_range(stage)):
                menu.addAction(stage_title(stage), partial(session.run_to_stage, stage))
        keys = self.by_id["last"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        menu.addAction(f"End of the iteration\t{keys}", session.last)
        menu.addSeparator()
        menu.addAction("A quantity…", self.quantity_asked.emit)
        return menu

    def _open_menu(self) -> None:
        button = self._by_button["run"]
        self.fill_menu().popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _add(self, name: str, text: str, keys: str, tip: str, do: Callable[[], None]) -> None:
        action = QAction(text, self)
        action.setObjectName(f"step_{name}")
        action.setShortcut(QKeySequence(keys))
        action.setToolTip(tip)
        action.triggered.connect(lambda _checked=False: do())
        self.by_id[name] = action
