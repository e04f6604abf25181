"""Help as rich text."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from explorer.cost import CostFunction
from explorer.costs import COSTS
from explorer.kind import LayerKind
from explorer.layers import KINDS
from explorer.optimizer import Optimizer
from explorer.optimizers import OPTIMIZERS
from ui.widgets.help_text import help_html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First\nline.", "<p>First line.</p>"),
        ("A < b.\n\nSource: C & D, 1999.", "<p>A &lt; b.</p><p><b>Source</b>&ensp; C &amp; D, 1999.</p>"),
        ("Formula: z_j = b_j, done.", "<p><b>Formula</b>&ensp; z<sub>j</sub> = b<sub>j</sub>, done.</p>"),
        ("Formula: w_f,c,i · x_c,(y−i+p)/s, over", "w<sub>f,c,i</sub> · x<sub>c,(y−i+p)/s</sub>, over"),
        ("Formula: h_(t−1) running_mean", "h<sub>t−1</sub> running_mean"),
        ("Formula: e^−z, e^z_k, x^(d−1)", "e<sup>−z</sup>, e<sup>z<sub>k</sub></sup>, x<sup>d−1</sup>"),
        ("", ""),
        ("No formula: z_j stays.", "<p>No formula: z_j stays.</p>"),
    ],
)
def test_parts_are_bold_and_formulas_have_indices(text: str, expected: str) -> None:
    assert expected in help_html(text)


@pytest.mark.parametrize("kind", [*KINDS, *COSTS, *OPTIMIZERS], ids=lambda kind: kind.id)
def test_the_help_page_of_every_kind_renders(qapp: QApplication, kind: LayerKind | CostFunction | Optimizer) -> None:
    document = QTextDocument()
    document.setHtml(help_html(kind.help))
    lines = document.toPlainText().splitlines()
    assert len(lines) == len(kind.help.split("\n\n"))
    (formula,) = [line for line in lines if line.startswith("Formula")]
    assert "^" not in formula
    assert not re.search(r"(?<!\w)\w_\w", formula)
