"""What a panel shows while there is nothing to step through: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.stepper.session import Status, StepSession
from ui.widgets.containers import EmptyState

_STATES: dict[Status, tuple[str, str, str]] = {  # icon, title, action
    "empty": ("debug-step-over", "Nothing to step through yet", "Build a network"),
    "problems": ("alert-circle-outline", "The network cannot run yet", "Mend it in Build"),
    "loading": ("timer-sand", "Computing the numbers…", ""),
    "failed": ("alert-circle-outline", "There are no numbers", "Try again"),
}


class WaitingStack(QStackedWidget):
    """A panel's body while there is a trace; before that, why there is none. ``build_asked`` asks for the workspace."""

    build_asked = Signal()

    def __init__(self, session: StepSession, body: QWidget, quiet: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._quiet = session, quiet
        self._shown: tuple[str, str] = ("", "")
        self._empty = QWidget()
        self._column = QVBoxLayout(self._empty)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.state: EmptyState | None = None
        self.addWidget(body)
        self.addWidget(self._empty)
        session.status_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the session's status asks for; a quiet stack stays empty while there is nothing."""
        session = self._session
        self.setCurrentIndex(0 if session.status == "ready" else 1)
        now = (session.status, session.reason)
        if session.status == "ready" or self._quiet or now == self._shown:
            return
        self._shown = now
        if self.state is not None:
            self._column.removeWidget(self.state)
            self.state.hide()
            self.state.deleteLater()
        icon, title, action = _STATES[session.status]
        self.state = EmptyState(icon, title, self._sentence(), action)
        self.state.acted.connect(self._act)
        self._column.addWidget(self.state)

    def _sentence(self) -> str:
        session = self._session
        if session.status == "empty":
            return "Every number of one iteration appears here, step by step, once there is a network with data."
        return session.reason

    def _act(self) -> None:
        if self._session.status == "failed":
            self._session.refresh()
        else:
            self.build_asked.emit()
