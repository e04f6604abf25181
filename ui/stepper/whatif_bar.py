"""What if, as a person sees it: the field for another number, the settings, and the banner to keep or discard it."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from explorer.equations import Quantity
from explorer.printing import show_plain
from ui import theme
from ui.keys import follow_keys
from ui.param_form import ParamForm
from ui.stepper.session import StepSession
from ui.stepper.whatif import WhatIf
from ui.widgets.buttons import IconButton, PushButton
from ui.widgets.fields import NumberField
from ui.widgets.text import TextLabel, tooltip

KEYS = "Ctrl+Shift+I"
_HINT = (
    "Double-click a given number – a weight, an input, a target – in the diagram, in the list or on a card to try "
    "another. Or try other settings here. Nothing of the project changes until it is kept."
)


class WhatIfBanner(QFrame):
    """What is tried out, with Keep and Discard; below it why it cannot be kept, and what can be done."""

    def __init__(self, what_if: WhatIf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what_if = what_if
        self.label = TextLabel("", "text", wrap=True)
        self.keep = PushButton("Keep", "check", variant="accent", scale="small")
        self.discard = PushButton("Discard", "close", scale="small")
        self.problem = TextLabel("", "warning", wrap=True)
        self.convert = PushButton("Type all in, and keep", "table-edit", scale="small")
        self.keep.setToolTip(tooltip("Change the project so; undo takes it back"))
        self.discard.setToolTip(tooltip("Back to the project's numbers; Esc takes back the last change alone", "Esc"))
        self.convert.setToolTip(
            tooltip("Write every example into the project, then change this one; undo takes it back")
        )
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        row.addWidget(self.keep)
        row.addWidget(self.discard)
        below = QHBoxLayout()
        below.addWidget(self.problem, 1)
        below.addWidget(self.convert)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(below)
        self.keep.clicked.connect(lambda: what_if.keep())
        self.convert.clicked.connect(lambda: what_if.keep(convert=True))
        self.discard.clicked.connect(lambda: what_if.discard())
        what_if.changed.connect(self.refresh)
        theme.current().changed.connect(self.update)
        self.refresh()

    def refresh(self) -> None:
        """Show what is tried out."""
        what_if = self._what_if
        self.label.setText(what_if.sentence)
        self.problem.setText(what_if.problem)
        self.problem.setVisible(bool(what_if.problem))
        self.convert.setVisible(what_if.can_convert)
        self.setVisible(bool(what_if.changes))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(tokens.color("accsoft"))
            painter.setPen(QPen(tokens.color("accline"), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)


class WhatIfCard(QFrame):
    """How to try another number, and the settings to try. ``button`` opens it."""

    def __init__(self, session: StepSession, what_if: WhatIf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what_if = what_if
        self.setProperty("role", "card")
        self.button = PushButton("What if", "pencil-outline", scale="small")
        self.button.setCheckable(True)
        self.action = QAction("Try other settings in the stepper", self)
        self.action.setObjectName("step_what_if")
        self.action.setShortcut(QKeySequence(KEYS))
        self.action.triggered.connect(lambda _on=False: self.button.click())
        follow_keys(self.action, lambda keys: self.button.setToolTip(tooltip("Try other numbers and settings", keys)))
        self.form: ParamForm | None = None
        close = IconButton("close", "Put this away", side=24)
        close.clicked.connect(lambda: self.button.setChecked(False))
        head = QHBoxLayout()
        head.addWidget(TextLabel(_HINT, "secondary", wrap=True), 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 8, 10)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self.hide()
        self.button.toggled.connect(lambda _on: self.refresh())
        self.action.setEnabled(False)
        session.status_changed.connect(lambda: self.action.setEnabled(session.step is not None))
        session.trace_changed.connect(self.refresh)
        what_if.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the settings as they are tried out; another optimizer has others."""
        self.setVisible(self.button.isChecked())
        if not self.button.isChecked():
            return
        what_if = self._what_if
        names = [param.name for param in what_if.params]
        if self.form is None or self.form.property("names") != names:
            if self.form is not None:
                self.form.hide()
                self.form.deleteLater()
            self.form = ParamForm(what_if.params)
            self.form.setProperty("names", names)
            self.form.changed.connect(what_if.try_setting, Qt.ConnectionType.QueuedConnection)
            self._column.addWidget(self.form)
        settings = what_if.settings
        self.form.set_values({name: settings[name] for name in names})


class NumberAsked(QFrame):
    """A field that opens at a number: Enter tries what is typed, Esc or a click elsewhere leaves all as it is."""

    def __init__(self, what_if: WhatIf, q: Quantity, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(f"What if {name}")
        self._what_if, self._quantity = what_if, q
        self.field = NumberField(lambda text: _number(text) is not None)
        self.field.setText(show_plain(what_if.value(q)).replace("−", "-"))
        self.field.returnPressed.connect(self._try)
        self.field.installEventFilter(self)
        self.field.setFixedWidth(128)
        self.field.setToolTip("Enter tries this number, Esc leaves all as it is")
        self.message = TextLabel("", "warning")
        self.message.hide()
        row = QHBoxLayout()
        row.addWidget(TextLabel(f"What if {name} ="))
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.addLayout(row)
        column.addWidget(self.message)

    def open_at(self, where: QPoint) -> None:
        """Open with the field ready at a place on the screen, or as near as the screen lets."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = min(max(room.left(), where.x()), room.right() - self.width())
        top = min(max(room.top(), where.y()), room.bottom() - self.height())
        self.move(left, top)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if watched is self.field and pressed is not None and pressed.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        return super().eventFilter(watched, event)

    def _try(self) -> None:
        value = _number(self.field.text())
        if value is None:
            self.message.setText("A number is needed, such as 0.05 or -1e-3.")
            self.message.show()
            self.adjustSize()
            return
        self.close()
        self._what_if.try_number(self._quantity, value)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setBrush(tokens.color("surf"))
            painter.setPen(QPen(tokens.color("acc"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class Asker:
    """Opens the field at a number that was double-clicked, if it is a given one; Esc takes back the last change."""

    def __init__(self, session: StepSession, what_if: WhatIf) -> None:
        self._session, self._what_if = session, what_if
        self.open: NumberAsked | None = None

    def ask(self, q: Quantity, where: QPoint, parent: QWidget) -> bool:
        """Ask for another number; False if this one is computed."""
        if not self._what_if.can_try(q):
            return False
        self.open = NumberAsked(self._what_if, q, self._session.name(q), parent)
        self.open.open_at(where)
        return True

    def listen(self, panel: QWidget) -> None:
        """Let Esc in a panel take back the last change."""
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), panel)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._what_if.take_back)


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
