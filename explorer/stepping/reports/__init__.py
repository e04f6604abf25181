"""Reports: the steps of iterations, or a chosen part, written for people: HTML, LaTeX, Markdown, text and CSV."""

from __future__ import annotations

from collections.abc import Callable

from explorer.stepping.reports.html import HtmlSheet
from explorer.stepping.reports.latex import LatexSheet
from explorer.stepping.reports.markdown import MarkdownSheet
from explorer.stepping.reports.plain import TextSheet
from explorer.stepping.reports.sheet import Sheet
from explorer.stepping.reports.table import CsvSheet

SHEETS: dict[str, type[Sheet]] = {
    "text": TextSheet,
    "markdown": MarkdownSheet,
    "html": HtmlSheet,
    "latex": LatexSheet,
    "csv": CsvSheet,
}
ENDINGS = {"text": ".txt", "markdown": ".md", "html": ".html", "latex": ".tex", "csv": ".csv"}
TITLES = {
    "html": "Web page (HTML)",
    "latex": "LaTeX document",
    "markdown": "Markdown",
    "csv": "Table of all quantities (CSV)",
    "text": "Plain text",
}


def written(sheet: Sheet, told: Callable[[float], object] = lambda fraction: None) -> str:
    """The whole document of a sheet that holds one iteration, its end included; ``told`` hears how much is done."""
    lines = []
    for text in sheet.document(told):
        lines.append(text)
    return "\n".join(lines) + "\n"
