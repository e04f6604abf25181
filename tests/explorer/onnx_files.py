"""Small ONNX files made by hand, for backbones and imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(7)
KERNEL = RNG.normal(size=(4, 1, 3, 3)).astype(np.float32)
MATRIX = RNG.normal(size=(4 * 6 * 6, 5)).astype(np.float32)
SHAPE = (1, 8, 8)


def extractor(path: Path, batch: Any = "n") -> Path:
    """A convolution with ReLU (``maps``), flattened and multiplied (``scores``)."""
    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["z"]),
        helper.make_node("Relu", ["z"], ["maps"]),
        helper.make_node("Flatten", ["maps"], ["flat"]),
        helper.make_node("MatMul", ["flat", "matrix"], ["scores"]),
    ]
    arrays = [numpy_helper.from_array(KERNEL, "kernel"), numpy_helper.from_array(MATRIX, "matrix")]
    return save(path, nodes, arrays, (batch, *SHAPE))


def save(
    path: Path,
    nodes: list[Any],
    arrays: list[Any],
    given: tuple[Any, ...],
    kind: int = TensorProto.FLOAT,
    out: tuple[Any, ...] = ("n", "m"),
) -> Path:
    """A model with the input ``x`` and the last node's output."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", kind, given)],
        [helper.make_tensor_value_info(nodes[-1].output[0], kind, out)],
        arrays,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


def maps_of(x: NDArray[Any]) -> NDArray[np.float64]:
    """What ``maps`` is for pictures (n, 1, 8, 8), by numpy."""
    windows = np.lib.stride_tricks.sliding_window_view(x[:, 0].astype(np.float64), (3, 3), axis=(1, 2))
    return np.maximum(np.einsum("nyxij,fij->nfyx", windows, KERNEL[:, 0].astype(np.float64)), 0.0)


def scores_of(x: NDArray[Any]) -> NDArray[np.float64]:
    """What ``scores`` is."""
    return maps_of(x).reshape(len(x), -1) @ MATRIX.astype(np.float64)


def load(path: Path) -> onnx.ModelProto:
    return onnx.load_model_from_string(path.read_bytes())
