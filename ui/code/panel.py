"""CodePanel: the network as PyTorch code, as it is being built; lines and layers find each other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QShowEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from explorer.exchange.lines import Line
from explorer.exchange.model_code import model_program
from explorer.inside import locate, template_at
from explorer.network import Network
from ui import theme
from ui.code.highlighter import Highlighter
from ui.document import Document
from ui.jobs import Waiting
from ui.scope import Scope
from ui.watch.empty import Hint
from ui.widgets.buttons import PushButton
from ui.widgets.text import TextLabel

SETTLED_MS = 120
"""How long nothing changes before the code is written anew."""
MOST_AT_ONCE = 1000
"""Layers; the code of more of them is written on another thread."""


class CodeView(QPlainTextEdit):
    """Lines of code that can be read, selected and copied; a click on one tells its number."""

    line_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(theme.mono_font(12))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self.setProperty("variant", "code")
        self.setAccessibleName("PyTorch code of the network")
        self.highlighter = Highlighter(self.document())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber())

    def set_lines(self, before: list[str], after: list[str]) -> None:
        """Replace the lines that differ, so that what is looked at and selected stays."""
        start = 0
        while start < min(len(before), len(after)) and before[start] == after[start]:
            start += 1
        end = 0
        while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
            end += 1
        if not before or start + end == 0:
            self.setPlainText("\n".join(after))
            return
        self._replace(start, len(before) - end, after[start : len(after) - end])

    def _replace(self, start: int, stop: int, lines: list[str]) -> None:
        """Put lines in place of those from ``start`` up to ``stop``."""
        text = self.document()
        cursor = QTextCursor(text)
        if start == 0:
            cursor.movePosition(QTextCursor.MoveOperation.Start)
            cursor.setPosition(text.findBlockByNumber(stop).position(), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText("".join(f"{line}\n" for line in lines))
        else:
            before = text.findBlockByNumber(start - 1)
            cursor.setPosition(before.position() + before.length() - 1)
            last = text.findBlockByNumber(stop - 1)
            cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText("".join(f"\n{line}" for line in lines))

    def mark(self, numbers: list[int]) -> None:
        """Mark lines, and scroll to the first if none of them is seen."""
        marks = []
        for number in numbers:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(number))
            mark.format.setBackground(theme.current().tokens.color("accsoft"))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)
        top = self.firstVisibleBlock().blockNumber()
        shown = self.viewport().height() // max(1, self.fontMetrics().lineSpacing())
        if numbers and not any(top <= number < top + shown for number in numbers):
            self.verticalScrollBar().setValue(max(0, numbers[0] - shown // 3))


class CodePanel(QWidget):
    """The code of the document's network, or why there is none, with buttons to copy and to export it."""

    export_asked = Signal()
    """The whole program is to be saved as a file, with its training."""
    problems_asked = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._scope = document, Scope.of(document)
        self._lines: list[Line] = []
        self._written: tuple[Network, str] | None = None
        self._hint: Hint | None = None
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = CodeView()
        self.view.line_clicked.connect(self._choose)
        self.copy = PushButton("Copy", "content-copy", "ghost", "small", tip="Copy the code of the network")
        self.copy.clicked.connect(self._copy)
        self.save = PushButton("Export…", "export", "ghost", "small", tip="Save it as a program, with its training")
        self.save.clicked.connect(self.export_asked)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLED_MS)
        self._timer.timeout.connect(self.refresh)
        document.changed.connect(self._later)
        document.opened.connect(self._later)
        document.selection_changed.connect(self._mark)
        theme.current().changed.connect(self._mark)

    def refresh(self) -> None:
        """Write the code of the network as it is now, if it is seen and another one."""
        self._timer.stop()
        document = self._document
        wanted = (document.network, document.project.name)
        if not self.isVisible() or (self._written and all(a is b for a, b in zip(wanted, self._written, strict=True))):
            return
        self._written = wanted
        problems = document.resolved.problems
        if problems:
            self._show_problem(problems[0].message)
            return
        work = partial(model_program, document.network, document.resolved, document.project.name)
        if len(document.resolved.order) <= MOST_AT_ONCE:
            self._show(work(), wanted)
        else:
            Waiting(self, work, partial(self._show, wanted=wanted), lambda error: self._show_problem(str(error)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 4, 8, 4)
        buttons.addWidget(TextLabel("PyTorch", "caption"), 1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(buttons)
        column.addWidget(self._stack, 1)

    def _later(self) -> None:
        if self.isVisible():
            self._timer.start()

    def _show(self, lines: tuple[Line, ...], wanted: tuple[Network, str]) -> None:
        if wanted is not self._written:
            return  # the network has changed while its code was written
        before, self._lines = [line.text for line in self._lines], list(lines)
        self.view.set_lines(before, [line.text for line in lines])
        self._stack.setCurrentWidget(self.view)
        self.copy.setEnabled(True)
        self.save.setEnabled(True)
        self._mark()

    def _show_problem(self, sentence: str) -> None:
        """Why there is no code, in its place."""
        if self._hint is not None:
            self._stack.removeWidget(self._hint)
            self._hint.deleteLater()
        text = f"Here is the network as PyTorch code, once it is whole. {sentence}"
        self._hint = Hint("code-braces", text, "Show the problems")
        self._hint.acted.connect(self.problems_asked)
        self._stack.addWidget(self._hint)
        self._stack.setCurrentWidget(self._hint)
        self.copy.setEnabled(False)
        self.save.setEnabled(False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("".join(f"{line.text}\n" for line in self._lines))

    def _choose(self, number: int) -> None:
        """Select the layer of a line where it can be seen."""
        if number < len(self._lines) and self._lines[number].node:
            self._scope.show_layer(self._lines[number].node)

    def _mark(self) -> None:
        """Mark the lines of the selected layers."""
        if not self.isVisible() or self._stack.currentWidget() is not self.view:
            return
        chosen = {self._place(name) for name in self._document.selection}
        names = {line.node for line in self._lines if line.node} if chosen else set()
        found = {name for name in names if self._place(name) in chosen}
        self.view.mark([number for number, line in enumerate(self._lines) if line.node in found])

    def _place(self, name: str) -> tuple[str, str]:
        """The template in which a layer lies, "" for none, and its name there: every use has the same lines."""
        network = self._document.network
        if name in network.by_id:
            return "", name
        found = locate(network, name)
        return (template_at(network, found[0]), found[1]) if found else ("", "")
