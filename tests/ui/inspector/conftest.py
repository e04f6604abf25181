"""The inspector on a network of digits, shown as wide as its dock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.project.model import Data, Project
from tests.ui.inspector.shown import network
from ui import theme
from ui.document import Document
from ui.inspector.inspector import Inspector


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """A document whose input has another shape than its data."""
    weights = {"conv.weight": np.linspace(-1, 1, 36).reshape(4, 1, 3, 3)}
    return Document(Project(name="digits", network=network(), weights=weights, data=Data("digits")))


@pytest.fixture
def inspector(qapp: QApplication, qtbot: QtBot, document: Document, light: theme.Theme) -> Iterator[Inspector]:
    """The inspector, shown as wide as its dock."""
    shown = Inspector(document)
    qtbot.addWidget(shown)
    shown.resize(296, 900)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()
