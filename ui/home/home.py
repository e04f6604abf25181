"""Home: the start page, a page and no dialog; it never returns uninvited."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.examples import EXAMPLES, STARTERS
from ui.home.card import ExampleCard
from ui.preferences import Preferences
from ui.widgets.buttons import PushButton
from ui.widgets.containers import empty
from ui.widgets.text import ElidedLabel, TextLabel, tooltip

CARDS = (*EXAMPLES, *STARTERS)
CARD_WIDTH = 300
PAGE_WIDTH = 1120


class Home(QScrollArea):
    """New, open, recent projects, the starter templates, and the examples by topic."""

    new_asked = Signal()
    open_asked = Signal()
    recent_picked = Signal(object)
    example_picked = Signal(str)
    back_asked = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setProperty("role", "canvas")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(page)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(32, 32, 32, 32)
        outer.addStretch(1)
        self._content = QWidget()
        self._content.setMaximumWidth(PAGE_WIDTH)
        outer.addWidget(self._content, 1000)
        outer.addStretch(1)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        column.addLayout(self._recent)
        self._grids: list[tuple[QGridLayout, list[ExampleCard]]] = []
        for topic in dict.fromkeys(example.topic for example in CARDS):
            column.addSpacing(16)
            self._last_heading = TextLabel(topic, "heading")
            column.addWidget(self._last_heading)
            column.addLayout(self._topic(topic))
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """List the recent projects anew."""
        empty(self._recent)
        paths = self._preferences.recent
        self._recent.addSpacing(16)
        self._recent.addWidget(TextLabel("Recent projects", "heading"))
        if not paths:
            words = "Projects that you open or save appear here. Start with an example: it opens as a copy of your own."
            self._recent.addWidget(TextLabel(words, "secondary", wrap=True))
        for path in paths[:6]:
            self._recent.addWidget(self._recent_row(path))

    def show_starters(self) -> None:
        """Bring the starter templates into view, and the keyboard to the first of them."""
        cards = self._grids[-1][1]
        self.ensureWidgetVisible(cards[-1])
        self.ensureWidgetVisible(self._last_heading)
        cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """As many cards in a row as the page is wide for."""
        width = min(PAGE_WIDTH, self.viewport().width() - 64)
        columns = max(1, (width + 12) // (CARD_WIDTH + 12))
        each = (width - 12 * (columns - 1)) // columns
        for grid, cards in self._grids:
            for place, card in enumerate(cards):
                card.setFixedWidth(each)
                grid.setColumnStretch(place, 0)
                grid.addWidget(card, place // columns, place % columns)
            grid.setColumnStretch(columns, 1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = QVBoxLayout()
        words.addWidget(TextLabel("Neural Network Explorer", "title"))
        words.addWidget(TextLabel("Build a network, train it, and step through every number of it.", "secondary"))
        row.addLayout(words, 1)
        back = PushButton("Back to the project", "arrow-left", variant="ghost", tip="Show the open project again")
        back.clicked.connect(self.back_asked)
        self.new = PushButton("New", "plus", variant="accent", tip="Begin with an empty network")
        self.new.clicked.connect(self.new_asked)
        self.open = PushButton("Open…", "folder-open-outline", tip="Open a project file")
        self.open.clicked.connect(self.open_asked)
        template = PushButton("From template", "shape-outline", tip="Begin with a network that is made already")
        template.clicked.connect(self.show_starters)
        for button in (back, self.open, template, self.new):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _topic(self, topic: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        cards = [ExampleCard(example, self._content) for example in CARDS if example.topic == topic]
        for card in cards:
            card.chosen.connect(self.example_picked)
        self._grids.append((grid, cards))
        return grid

    def _recent_row(self, path: Path) -> QWidget:
        """The file's name as a button, and its folder."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        button = PushButton(path.name, "file-outline", variant="ghost", scale="compact")
        button.setToolTip(tooltip(str(path)))
        button.clicked.connect(lambda: self.recent_picked.emit(path))
        row.addWidget(button)
        row.addWidget(ElidedLabel(str(path.parent), "caption", Qt.TextElideMode.ElideMiddle), 1)
        return line
