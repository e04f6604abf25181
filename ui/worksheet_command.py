"""What the command ``worksheet`` needs of the window's libraries: the PDF, without a display."""

from __future__ import annotations

import os
import sys

from explorer.stepping.reports.worksheet import Worksheet


def pdf_worksheet(sheet: Worksheet, key: bool) -> bytes:
    """The worksheet as PDF; starts Qt if it does not run yet."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # loads Qt

    from ui import theme
    from ui.stepper.worksheet_pdf import PdfWorksheet

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.current().apply(application)
    return PdfWorksheet(sheet, key).written()
