"""Travel: which iterations of the run can be gone back to, and which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.engine import messages as msg
from ui.document import Document
from ui.preferences import Preferences
from ui.training.client import Trainer

SOON_MS = 150
"""While a person drags, the stepper follows after so long a rest."""
MEBIBYTE = 1 << 20


class Travel(QObject):
    """The kept iterations as a range, the chosen one, and what is to be done with it.

    While the newest is chosen, the choice goes along with the run.
    """

    changed = Signal()
    """Other iterations are kept, another one is chosen, or the stepper shows another one."""
    step_asked = Signal(int)
    """An iteration that a person wants to step through."""
    resumed = Signal(int)
    """Training goes on from an iteration, as another branch."""
    leave_asked = Signal()
    """The stepper is to show the project as it is again."""

    def __init__(self, document: Document, trainer: Trainer, preferences: Preferences) -> None:
        super().__init__()
        self.trainer, self._preferences = trainer, preferences
        self.kept = range(0)
        self.size = self.needed = 0
        self.chosen = 0
        self.stepping = 0
        """The iteration that the stepper shows; 0 if it shows the project as it is."""
        self._resuming = False
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(lambda: self.step_asked.emit(self.chosen))
        trainer.kept.connect(self._take_kept)
        trainer.went_back.connect(self._take_back)
        trainer.failed.connect(self._stay)
        trainer.state_changed.connect(self.changed)
        document.opened.connect(self._forget)
        self._tell_memory()

    @property
    def memory(self) -> int:
        """MiB that may be used to keep iterations; 0 keeps none."""
        return self._preferences.memory

    def set_memory(self, mebibytes: int) -> None:
        """Use so much from now on, also in later sessions."""
        self._preferences.memory = mebibytes
        self._tell_memory()
        if not mebibytes:
            self._forget()
        self.changed.emit()

    @property
    def can_resume(self) -> bool:
        """Whether training can go on from the chosen iteration."""
        return self.chosen > 0 and self.trainer.can_go_back

    def choose(self, step: int) -> None:
        """Choose an iteration, or the nearest that is kept."""
        chosen = min(max(step, self.kept[0]), self.kept[-1]) if self.kept else 0
        if chosen != self.chosen:
            self._choose(chosen)
            if self.stepping and chosen:
                self._soon.start()

    def step_through(self) -> None:
        """Open the stepper on the chosen iteration."""
        if self.chosen:
            self.step_asked.emit(self.chosen)

    def resume(self) -> None:
        """Train on from the chosen iteration, as another branch."""
        if self.can_resume:
            self._soon.stop()
            self._resuming = True
            self.trainer.go_back(self.chosen)

    def show_stepping(self, step: int) -> None:
        """Take note of what the stepper shows."""
        if step != self.stepping:
            self.stepping = step
            if not step:
                self._soon.stop()
            if step in self.kept:
                self._choose(step)
            self.changed.emit()

    def _choose(self, step: int) -> None:
        self.chosen = step
        self.trainer.mark(step if step and step != self.kept[-1] else 0)
        self.changed.emit()

    def _take_kept(self, message: msg.Kept) -> None:
        newest = not self.kept or self.chosen == self.kept[-1]
        self.kept = range(message.first, message.last + 1) if message.last else range(0)
        self.size, self.needed = message.size, message.needed
        wanted = self.kept[-1] if self.kept and newest else self.chosen
        self._choose(min(max(wanted, self.kept[0]), self.kept[-1]) if self.kept else 0)

    def _take_back(self, message: msg.WentBack) -> None:
        self._choose(message.step if message.step in self.kept else 0)
        if self._resuming:
            self._resuming = False
            self.leave_asked.emit()
            self.trainer.run()
            self.resumed.emit(message.step)

    def _stay(self) -> None:
        """The iteration could not be gone back to."""
        self._resuming = False

    def _forget(self) -> None:
        self.kept, self.size, self.needed, self._resuming = range(0), 0, 0, False
        self._choose(0)

    def _tell_memory(self) -> None:
        self.trainer.stand(msg.Remember(self.memory * MEBIBYTE))
