"""OutputForms: what each output is trained for: its cost, how much that counts, and its targets."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.output_settings import OUTPUT_PARAMS, OutputSettings
from explorer.params import ParamError
from explorer.project.goals import output_of
from ui.document import Document
from ui.param_form import ParamForm
from ui.widgets.containers import empty
from ui.widgets.text import ElidedLabel

_ALONE = tuple(param for param in OUTPUT_PARAMS if param.name == "target")
"""Of a single output, whose cost is the run's: an autoencoder's targets are its inputs."""


class OutputForms(QWidget):
    """A form for each output of the document's network, under its name; edits can be undone."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[str, ...] = ()
        self.forms: dict[str, ParamForm] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.refresh()

    def refresh(self) -> None:
        """Show the outputs as they are now."""
        outputs = self._document.resolved.outputs
        if outputs != self._shown:
            self._rebuild(outputs)
        chosen = self._chosen()
        for name, form in self.forms.items():
            form.set_values(vars(chosen.get(name, OutputSettings())))

    def _chosen(self) -> dict[str, OutputSettings]:
        """The settings by the layer that puts out, for they may name a subnetwork or a muted layer."""
        resolved = self._document.resolved
        return {output_of(name, resolved): own for name, own in self._document.project.settings.outputs.items()}

    def _rebuild(self, outputs: tuple[str, ...]) -> None:
        empty(self._column)
        self._shown, self.forms = outputs, {}
        several = len(outputs) > 1
        for name in outputs:
            if several:
                self._column.addWidget(ElidedLabel(name))
            form = ParamForm(OUTPUT_PARAMS if several else _ALONE, fill=True)
            form.changed.connect(lambda param, value, output=name: self._take(output, param, value))
            self.forms[name] = form
            self._column.addWidget(form)

    def _take(self, output: str, param: str, value: object) -> None:
        resolved = self._document.resolved
        named = [name for name in self._document.project.settings.outputs if output_of(name, resolved) == output]
        try:
            self._document.edit_output(named[0] if named else output, param, value)
        except ParamError:  # the form has said why
            self.refresh()
