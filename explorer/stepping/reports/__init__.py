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


def written(sheet: Sheet, told: Callable[[float], object] = lambda fraction: None) -> bytes:
    """The whole document of a sheet's one iteration; ``told`` hears the share that is done, and may raise to end it.

    Tables begin with a mark that tells spreadsheets that they are UTF-8.
    """
    text = "\n".join(sheet.document(told)) + "\n"
    return text.encode("utf-8-sig" if isinstance(sheet, CsvSheet) else "utf-8", "replace")
