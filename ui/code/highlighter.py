"""Highlighter: the colours of Python in the tokens of the look."""

from __future__ import annotations

import re

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ui import theme

_WORDS = "class|def|return|for|in|if|else|while|with|as|import|from|not|and|or|is|None|True|False|raise|lambda"
_PATTERN = re.compile(
    rf"""
    (?P<comment>\#.*) | (?P<text>\"{{3}}.*?\"{{3}}) | (?P<open>\"{{3}}.*) | (?P<short>\"[^\"]*\"|'[^']*')
    | (?P<called>(?<=\bclass\ )\w+|(?<=\bdef\ )\w+) | (?P<word>\b(?:{_WORDS})\b)
    | (?P<number>(?<![\w.])\d[\d_.]*(?:e-?\d+)?)
    """,
    re.VERBOSE,
)
_TOKENS = {
    "comment": "text3",
    "text": "pos",
    "open": "pos",
    "short": "pos",
    "word": "acc",
    "number": "neg",
    "called": "text",
}
_TEXT = 1
"""The state of a line that ends inside a text of several lines."""


class Highlighter(QSyntaxHighlighter):
    """Colours a document, and again when the theme changes."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._take_colours()
        theme.current().changed.connect(self._recolour)

    def highlightBlock(self, line: str) -> None:
        """Colour one line."""
        start = 0
        self.setCurrentBlockState(0)
        if self.previousBlockState() == _TEXT:
            end = line.find('"""')
            start = len(line) if end < 0 else end + 3
            self.setFormat(0, start, self._formats["text"])
            if end < 0:
                self.setCurrentBlockState(_TEXT)
        for found in _PATTERN.finditer(line, start):
            kind = found.lastgroup or "text"
            self.setFormat(found.start(), found.end() - found.start(), self._formats[kind])
            if kind == "open":
                self.setCurrentBlockState(_TEXT)

    def _take_colours(self) -> None:
        for kind, token in _TOKENS.items():
            made = QTextCharFormat()
            made.setForeground(theme.current().tokens.color(token))
            if kind == "called":
                made.setFontWeight(QFont.Weight.DemiBold)
            self._formats[kind] = made

    def _recolour(self) -> None:
        self._take_colours()
        self.rehighlight()
