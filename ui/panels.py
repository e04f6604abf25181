"""Panels: every part of the window, made once and wired to the document and the trainer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.code.panel import CodePanel
from ui.data.data_panel import DataPanel
from ui.document import Document
from ui.editor.editor import Editor
from ui.editor.live import LivePictures
from ui.editor.palette import Palette
from ui.history import HistoryPanel
from ui.home.home import Home
from ui.inspector.inspector import Inspector
from ui.preferences import Preferences
from ui.stepper.stepper import StepperPanels
from ui.templates import Shelf
from ui.training.break_points import BreakPoints
from ui.training.break_section import BreakSection
from ui.training.client import Trainer
from ui.training.layer_list import LayerList
from ui.training.run_bar import RunBar
from ui.training.run_settings import RunSettings
from ui.training.travel import Travel
from ui.training.travel_panel import TravelPanel
from ui.views import VIEWS
from ui.watch.grid import ViewGrid
from ui.workspaces import BOTTOM, LEFT, RIGHT, Panel


class Panels:
    """The parts of the window, and which of them are docks."""

    def __init__(self, document: Document, trainer: Trainer, preferences: Preferences) -> None:
        self.home = Home(preferences)
        self.editor = Editor(document)
        self.editor.annotations.restore(preferences.settings)
        self.pictures = LivePictures(self.editor, document, trainer)
        shelf = Shelf.of(document)
        shelf.told.connect(self.editor.message.show_message)
        self.palette = Palette(shelf)
        self.inspector = Inspector(document)
        self.history = HistoryPanel(document)
        self.code = CodePanel(document)
        self.views = ViewGrid(VIEWS, document, trainer)
        self.layers = LayerList(document, trainer)
        self.run_settings = RunSettings(document, trainer)
        self.break_points = BreakPoints(document, trainer)
        self.break_section = BreakSection(document, self.break_points)
        self.run_settings.add(self.break_section, above_data=True)
        self.run_settings.set_views_menu(self.views.fill_menu)
        self.travel = Travel(document, trainer, preferences)
        self.travel_panel = TravelPanel(self.travel)
        self.run_bar = RunBar(document, trainer)
        self.data = DataPanel(document, trainer)
        self.stepper = StepperPanels(document, trainer, settings=preferences.settings)
        self.palette.kind_chosen.connect(self.editor.add_kind)

    @property
    def pages(self) -> dict[str, QWidget]:
        """What stands in the middle, by workspace."""
        return {
            "home": self.home,
            "build": self.editor,
            "train": self.views,
            "step": self.stepper.formula_panel,
        }

    @property
    def docks(self) -> list[Panel]:
        """The docks, with the workspaces that show them at first."""
        step = self.stepper
        return [
            Panel("palette", "Layers", self.palette, LEFT, 208, ("build",)),
            Panel("layers", "Layers of the network", self.layers, LEFT, 184, ("train",), heading=False),
            Panel("diagram", "Network with numbers", step.diagram_panel, LEFT, 504, ("step",), False, grows=0.4),
            Panel("inspector", "Inspector", self.inspector, RIGHT, 296, ("build",)),
            Panel("history", "History", self.history, RIGHT, 240, ()),
            Panel("code", "Code", self.code, RIGHT, 440, (), beside="inspector"),
            Panel("run_settings", "Run settings", self.run_settings, RIGHT, 240, ("train",), heading=False),
            Panel("quantities", "Quantities", step.quantities_panel, RIGHT, 256, ("step",), False, grows=0.1),
            Panel("data", "Data", self.data, BOTTOM, 256, ()),
            Panel("iterations", "Iterations kept", self.travel_panel, BOTTOM, 88, ("train",), heading=False),
            Panel("timeline", "Timeline of steps", step.timeline, BOTTOM, 80, ("step",), heading=False),
        ]
