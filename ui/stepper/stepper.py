"""StepperPanels: the stepper's four panels and its actions, for the main window to place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction

from ui.document import Document
from ui.stepper.actions import StepActions
from ui.stepper.diagram import DiagramPanel
from ui.stepper.formula_panel import FormulaPanel
from ui.stepper.gradient_checks import GradientChecks
from ui.stepper.quantities import QuantitiesPanel
from ui.stepper.session import StepSession
from ui.stepper.timeline import Timeline
from ui.stepper.tracer import Tracer
from ui.stepper.whatif import WhatIf
from ui.stepper.whatif_bar import Asker


class StepperPanels(QObject):
    """One session and the panels that show it. ``tracer`` computes the records: the engine's client.

    ``build_asked`` tells that a person wants to mend the network. The actions belong to the window: they hold the keys.
    ``settings`` keep what was practised.
    """

    build_asked = Signal()

    def __init__(
        self, document: Document, tracer: Tracer, parent: QObject | None = None, settings: QSettings | None = None
    ) -> None:
        super().__init__(parent)
        self.session = StepSession(document, tracer, self)
        self.step_actions = StepActions(self.session, self)
        self.what_if = WhatIf(self.session, tracer, self)
        self.asker = Asker(self.session, self.what_if)
        self.diagram_panel = DiagramPanel(self.session)
        self.checks = GradientChecks(self.session, tracer, self)
        self.formula_panel = FormulaPanel(self.session, self.step_actions, self.what_if, self.checks, settings)
        self.quantities_panel = QuantitiesPanel(self.session)
        self.timeline = Timeline(self.session)
        self.step_actions.quantity_asked.connect(self.quantities_panel.ask)
        self.quantities_panel.asked.connect(partial(self.asker.ask, parent=self.quantities_panel))
        self.diagram_panel.view.asked.connect(partial(self.asker.ask, parent=self.diagram_panel))
        self.formula_panel.factors.asked.connect(partial(self.asker.ask, parent=self.formula_panel))
        for watched in (self.quantities_panel, self.diagram_panel, self.formula_panel):
            self.asker.listen(watched)
        self.formula_panel.paths.hovered.connect(self.diagram_panel.show_path)
        for panel in (self.diagram_panel, self.formula_panel):
            panel.waiting.build_asked.connect(self.build_asked)

    @property
    def actions(self) -> list[QAction]:
        """The actions with their keys: back, over, into, out, run to the next stage, first and last."""
        return [*self.step_actions.all, self.formula_panel.why.action, self.formula_panel.what_if.action]
