"""What a layer cannot take: every problem is a sentence, and every fix of it does something about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.kind import Fix, LayerKind, Place, Shape, ShapeProblem
from explorer.layers import KINDS, kind_of
from tests.explorer.networks import params_of

SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple)
with_inputs = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.ports and not kind.expands and not kind.from_file], ids=lambda kind: kind.id
)


def problem_of(kind: LayerKind, params: dict[str, Any], shapes: tuple[Shape, ...]) -> ShapeProblem | None:
    """Why a layer cannot take its inputs; None if it can."""
    try:
        kind.output_shape(params, shapes)
    except ShapeProblem as problem:
        return problem
    return None


def complete(kind: LayerKind, values: dict[str, Any]) -> dict[str, Any]:
    """A kind's params, checked, with its defaults."""
    return {param.name: param.check(values.get(param.name, param.default)) for param in kind.params}


def fixed(
    kind: LayerKind, params: dict[str, Any], shapes: tuple[Shape, ...], fix: Fix
) -> tuple[dict[str, Any], tuple[Shape, ...]]:
    """The params and inputs of a layer after a fix."""
    if fix.insert:
        other = kind_of(fix.insert)
        between = other.output_shape(complete(other, dict(fix.params)), (shapes[fix.port],))
        shapes = (*shapes[: fix.port], between, *shapes[fix.port + 1 :])
    return complete(kind, params | dict(fix.set)), shapes


@with_inputs
@settings(max_examples=60)
@given(data=st.data())
def test_inputs_fit_or_a_fix_takes_the_problem_away(kind: LayerKind, data: st.DataObject) -> None:
    params = complete(kind, data.draw(params_of(kind), label="params"))
    count = data.draw(st.integers(2, 3)) if kind.variadic else len(kind.ports) - kind.optional_ports
    shapes = tuple(data.draw(SHAPES, label="shape") for _ in range(count))
    problem = problem_of(kind, params, shapes)
    if problem is None:
        examples = [torch.zeros((2, *shape), dtype=torch.float64) for shape in shapes]
        result = kind.module(params, shapes).double().eval()(*examples)
        assert tuple(result.shape[1:]) == kind.output_shape(params, shapes)
        return
    assert str(problem).endswith(".")
    assert str(problem)[0].islower()  # it continues the layer's name
    assert "\n" not in str(problem)
    assert len({fix.label for fix in problem.fixes}) == len(problem.fixes)
    for fix in problem.fixes:
        assert (params, shapes) != fixed(kind, params, shapes, fix)
        left = problem_of(kind, *fixed(kind, params, shapes, fix))
        assert str(left) != str(problem), fix.label


def test_a_fix_is_there_where_one_click_can_help() -> None:
    """The fixes that people look for; the first is what most want."""
    wanted = {
        ("dense", (3, 8, 8)): ["Insert Flatten", "Insert Global avg pool 2D"],
        ("softmax", (2, 3)): ["Insert Flatten"],
        ("conv2d", (64,)): ["Insert Reshape to 1×8×8"],
        ("conv2d", (8, 8)): ["Insert Reshape to 1×8×8"],
        ("conv2d", (1, 2, 2)): ["Set padding to same", "Set kernel to 2×2"],
        ("conv1d", (64,)): ["Insert Reshape to 1×64"],
        ("conv1d", (3, 8, 8)): ["Insert Reshape to 3×64"],
        ("conv1d", (2, 1)): ["Set padding to same", "Set kernel to 1"],
        ("max_pool2d", (4, 1, 6)): ["Set size to 1×2"],
        ("embedding", (2, 3)): ["Insert Flatten"],
    }
    found = {}
    for (kind, shape), _ in wanted.items():
        problem = problem_of(kind_of(kind), complete(kind_of(kind), {}), (shape,))
        found[kind, shape] = [fix.label for fix in problem.fixes] if problem else []
    assert found == wanted


def test_what_cannot_be_is_told_with_a_way_out() -> None:
    """Params that do not fit the input, or each other."""
    cases: list[tuple[str, dict[str, Any], Shape, str]] = [
        ("conv2d", {"padding": "same", "stride": 2}, (1, 8, 8), "Set stride to 1"),
        ("conv2d", {"groups": 3}, (4, 8, 8), "Set groups to 1"),
        ("conv_transpose2d", {"output_padding": 1}, (1, 4, 4), "Set output padding to 0"),
        ("conv_transpose2d", {"padding": "same", "kernel": 2}, (1, 4, 4), "Set padding to valid"),
        ("conv_transpose2d", {"padding": 3}, (1, 4, 4), "Set padding to valid"),
        ("avg_pool2d", {"padding": 2}, (1, 8, 8), "Set padding to 1"),
        ("reshape", {"shape": (5, -1)}, (12,), "Set shape to 12"),
        ("reshape", {"shape": (2, 4, 4)}, (64,), "Set shape to 4×4×4"),
        ("slice", {"axis": 2}, (5,), "Set axis to 0"),
        ("slice", {"start": 7}, (5,), "Take all of it"),
        ("concat", {"axis": 3}, (5,), "Set axis to 0"),
    ]
    for kind_id, params, shape, label in cases:
        kind = kind_of(kind_id)
        problem = problem_of(kind, complete(kind, params), (shape,) * len(kind.ports))
        assert problem is not None, kind_id
        assert problem.fixes[0].label == label


def test_the_least_that_fits_is_taken() -> None:
    """Sizes and steps at the bounds of what a layer takes."""
    transposed = kind_of("conv_transpose2d")
    assert transposed.output_shape(complete(transposed, {"kernel": (1, 1), "filters": 3}), ((2, 1, 1),)) == (3, 1, 1)
    assert problem_of(transposed, complete(transposed, {"kernel": (2, 2), "padding": 1}), ((2, 1, 1),)) is not None
    reshape = kind_of("reshape")
    assert reshape.output_shape(complete(reshape, {"shape": (3, -1, 2)}), ((4, 6),)) == (3, 4, 2)
    assert reshape.output_shape(complete(reshape, {"shape": (-1,)}), ((4, 6),)) == (24,)
    lstm = kind_of("lstm")
    both = {"units": 1, "sequence": True, "with_cell": True}
    assert problem_of(lstm, complete(lstm, both), ((3, 2),)) is not None
    assert lstm.output_shape(complete(lstm, both | {"units": 5}), ((1, 2),)) == (1, 10)


def test_a_dense_layer_is_set_to_what_comes_in() -> None:
    dense = kind_of("dense")
    wanted = {(False, (4, 3)): ("Work on each time step", True), (True, (4,)): ("Work on the whole list", False)}
    for (each_step, shape), (label, to) in wanted.items():
        problem = problem_of(dense, complete(dense, {"each_step": each_step}), (shape,))
        assert problem is not None
        (fix,) = [fix for fix in problem.fixes if fix.set]
        assert (fix.label, fix.set) == (label, (("each_step", to),))
    for each_step in (False, True):
        problem = problem_of(dense, complete(dense, {"each_step": each_step}), ((3, 4, 5),))
        assert problem is not None
        assert not [fix for fix in problem.fixes if fix.set]


def test_a_backbone_gives_what_its_file_does_once_it_is_read() -> None:
    backbone = kind_of("backbone")
    read = complete(backbone, {"file": "net.onnx", "sha256": "0" * 64, "input": (1, 8, 8), "output": (5,)})
    assert backbone.output_shape(read, ((1, 8, 8),)) == (5,)
    for wrong, words in (({"file": ""}, "no file yet"), ({"sha256": ""}, "has not read net.onnx yet")):
        assert words in str(problem_of(backbone, read | wrong, ((1, 8, 8),)))
    assert "takes 1×8×8; 3×8×8 came in" in str(problem_of(backbone, read, ((3, 8, 8),)))
    at = Place("n", ("x",), read, ((1, 8, 8),), (5,))
    assert backbone.backward(at, 0, (0, 2, 3)).evaluate({}.__getitem__) == 0.0
    x = np.ones((1, 8, 8))
    assert not backbone.matrix_backward(at).evaluate(lambda q: x).any()
