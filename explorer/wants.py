"""Wants: how the layers before one can be changed so that it gets the shapes that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from explorer.kind import Fix, LayerKind, Shape, ShapeProblem, Want
from explorer.params import ParamError


class Known(Protocol):
    """What is known of a layer: resolve's Layer."""

    @property
    def kind(self) -> LayerKind:
        """Its kind."""

    @property
    def params(self) -> Mapping[str, Any]:
        """Its checked params."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The layers wired into it, port by port."""

    @property
    def inputs(self) -> tuple[Shape | None, ...]:
        """The shapes that come in."""

    @property
    def shape(self) -> Shape | None:
        """The shape that goes out."""


def fixes_for(layers: Mapping[str, Known], name: str, wants: Iterable[Want]) -> tuple[Fix, ...]:
    """A fix for each want of a layer that a change of another layer, in the same subnetwork, can grant."""
    found = (fix_for(layers, layers[name].sources[want.port], want.shape) for want in wants)
    return tuple(fix for fix in found if fix is not None and _block(fix.node) == _block(name))


def fix_for(layers: Mapping[str, Known], name: str, wanted: Shape) -> Fix | None:
    """The change with which a layer, or one before it whose shape it keeps, puts out ``wanted``; None if none does."""
    layer = layers[name]
    given = tuple(shape for shape in layer.inputs if shape is not None)
    if layer.shape is None or not given:
        return None
    if not layer.kind.size_param:
        keeps = len(given) == 1 and layer.shape == given[0] and _put_out(layer, layer.params, (wanted,)) == wanted
        return fix_for(layers, layer.sources[0], wanted) if keeps else None
    changes = (
        change for change in _changes(layer, wanted) if _put_out(layer, {**layer.params, **change}, given) == wanted
    )
    return next((_set(layer, name, change) for change in changes), None)


def _changes(layer: Known, wanted: Shape) -> Iterator[dict[str, Any]]:
    """The params to try, the smallest change first: how much is put out, and padding that keeps the size."""
    params = {param.name: param for param in layer.kind.params}
    sizes: list[dict[str, Any]] = [{layer.kind.size_param: size} for size in dict.fromkeys((wanted[0], wanted[-1]))]
    same: list[dict[str, Any]] = [{"padding": "same"}] if "padding" in params else []
    for change in (*sizes, *same, *(size | padding for size in sizes for padding in same)):
        try:
            yield {name: params[name].check(value) for name, value in change.items()}
        except ParamError:
            continue


def _set(layer: Known, name: str, change: Mapping[str, Any]) -> Fix:
    labels = {param.name: param.label.lower() for param in layer.kind.params}
    words = [f"{labels[param]} to {value}" for param, value in change.items()]
    words[0] = words[0].replace(" to ", f" of {name.removeprefix(_block(name))} to ", 1)
    return Fix(f"Set {' and '.join(words)}", node=name, set=tuple(change.items()))


def _put_out(layer: Known, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape | None:
    """The shape that a layer would put out; None if it could not take the inputs."""
    try:
        return layer.kind.output_shape(params, inputs)
    except ShapeProblem:
        return None


def _block(name: str) -> str:
    """The subnetwork that a layer is in, with a slash; "" for the outermost network."""
    return name[: name.rfind("/") + 1]
