"""The typeset formulas of a layer, as the core writes them from the kind's own equations."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.formulas import kind_formulas
from explorer.resolve import Layer


def formulas_of(layer: Layer) -> Mapping[str, str]:
    """LaTeX by form (``element``, ``matrix``).

    Empty for an input, for what stands for a network, and while the shapes are not known.
    """
    known = tuple(shape for shape in layer.inputs if shape is not None)
    if layer.shape is None or not layer.kind.ports or len(known) != len(layer.inputs):
        return {}
    if layer.kind.expands or layer.kind.from_file:  # what is inside computes it
        return {}
    return kind_formulas(layer.kind, layer.params, known, layer.shape)
