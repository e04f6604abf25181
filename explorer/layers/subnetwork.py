"""Subnetwork: a group of layers shown as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from explorer.equations import Expr, Index
from explorer.kind import Code, LayerKind, Place, Shape, ShapeProblem
from explorer.params import TextParam

if TYPE_CHECKING:
    from torch import nn


class Subnetwork(LayerKind):
    """A group of layers shown as one. What is inside is a template of the project, which may be used many times.

    Grouping layers makes one. A double click or Enter opens it; what is changed inside changes every use. Each use has
    weights of its own.

    Formula: that of the layers inside.

    Shapes: its inputs are the template's input layers, in order, and its output is the one layer that nothing inside
    reads.

    When to use it: for blocks that repeat, and to keep a large network clear.

    Source: as in Szegedy et al., Going deeper with convolutions, 2015, whose network is built of one block.
    """

    id = "subnetwork"
    title = "Subnetwork"
    category = "Combine"
    icon = "mdi6.group"
    expands = True
    synonyms = ("group", "block", "module", "template", "function")
    params = (TextParam("template", "", "Template", "The network that it stands for.", longest=64),)

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """Known only where it is expanded."""
        raise ShapeProblem("names no template of this project.")

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """None: its layers have theirs."""
        _never()

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """None: its layers have theirs."""
        _never()

    def forward(self, at: Place, index: Index) -> Expr:
        """None: its layers have theirs."""
        _never()

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """None: its layers have theirs."""
        _never()

    def matrix_forward(self, at: Place) -> Expr:
        """None: its layers have theirs."""
        _never()

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """None: its layers have theirs."""
        _never()

    def caption(self, params: Mapping[str, Any]) -> str:
        """The template's name."""
        return str(params["template"])


def _never() -> NoReturn:
    raise TypeError("A subnetwork is expanded into its layers before anything is computed.")
