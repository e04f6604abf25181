"""The formulas and icons of every kind can be drawn."""

from __future__ import annotations

import pytest
import qtawesome
from PySide6.QtWidgets import QApplication

from explorer.formulas import kind_formulas
from explorer.kind import LayerKind, ShapeProblem
from explorer.layers import KINDS
from ui.formula import render_formula

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
OWN = [kind for kind in KINDS if not kind.expands and not kind.from_file]
SHAPES = ((12,), (3,), (2, 6, 6), (3, 6))


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.id)
def test_formulas_are_typeset_at_a_sane_size(qapp: QApplication, kind: LayerKind) -> None:
    params = {param.name: param.default for param in kind.params}
    drawn = 0
    for shape in SHAPES:
        inputs = (shape,) * (len(kind.ports) - kind.optional_ports)
        try:
            output = kind.output_shape(params, inputs)
        except ShapeProblem:
            continue
        for form, tex in kind_formulas(kind, params, inputs, output).items():
            picture = render_formula(tex, 18, "#102030")
            assert picture is not None, (form, tex)
            box = picture.viewBoxF()
            lines = 1 + tex.count(r"\\")
            assert 10 < box.height() < 110 + 60 * (lines - 1), (form, tex)
            assert 20 < box.width() < 1200, (form, tex)
        drawn += 1
    assert drawn


@each_kind
def test_icons_are_there(qapp: QApplication, kind: LayerKind) -> None:
    assert not qtawesome.icon(kind.icon).isNull()
