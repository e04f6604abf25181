"""Pretrained networks from ONNX files, run by onnxruntime: checked before they are used, and never trained."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto
    from onnxruntime import InferenceSession

Shape = tuple[int, ...]

LARGEST_FILE = 2_000_000_000
"""Bytes of a file; a protobuf message cannot be larger."""
MOST_OUTPUTS = 50_000_000
"""Numbers that come out for one example, at most."""


class FeatureFileProblem(Exception):
    """Why a file cannot be used as a backbone, as one sentence."""


@dataclass(frozen=True)
class Signature:
    """What a file takes and gives for one example, without the batch, and the hash of its content.

    ``layers`` are the names of the values inside that can be taken for the output, in order.
    """

    sha256: str
    input: Shape
    output: Shape
    layers: tuple[str, ...] = ()


def read_signature(path: str, layer: str = "") -> Signature:
    """The signature of an ONNX file, whose output is the value called ``layer``, or its own if that is empty.

    Raises FeatureFileProblem for a file that is none, has external data, or takes other than one array per example.
    """
    content = _read(path)
    model = _parse(content)
    session = _session(model, layer)
    given = _input_shape(session)
    values = run_features(session, np.zeros((1, *given), dtype=np.float32))
    if not 0 < values.size <= MOST_OUTPUTS:
        raise FeatureFileProblem(f"It gives {values.size:,} numbers per example; at most {MOST_OUTPUTS:,} are taken.")
    names = tuple(name for node in model.graph.node for name in node.output if name)
    return Signature(hashlib.sha256(content).hexdigest(), given, values.shape[1:], names)


def open_features(path: str, sha256: str, layer: str = "") -> InferenceSession:
    """The file ready to run; raises FeatureFileProblem, also if its content is not what ``sha256`` says."""
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FeatureFileProblem(f"{Path(path).name} has changed since it was chosen; choose it again.")
    return _session(_parse(content), layer)


def run_features(session: InferenceSession, inputs: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The outputs (n, ...) for inputs (n, ...); one at a time for a file that takes a batch of one.

    Raises FeatureFileProblem if the file cannot compute them.
    """
    given = session.get_inputs()[0]
    name, output = given.name, session.get_outputs()[-1].name
    width = np.float64 if given.type == "tensor(double)" else np.float32
    fixed = given.shape[0]
    step = fixed if isinstance(fixed, int) else len(inputs)
    if not len(inputs):
        raise FeatureFileProblem("There are no examples to compute features of.")
    parts = []
    try:
        for start in range(0, len(inputs), step):
            part = np.ascontiguousarray(inputs[start : start + step], dtype=width)
            short = step - len(part)
            whole = np.concatenate([part, np.zeros((short, *part.shape[1:]), width)]) if short else part
            values = np.asarray(session.run([output], {name: whole})[0], dtype=np.float32)
            if values.ndim < 2 or len(values) != len(whole):
                raise FeatureFileProblem(
                    f"{output} is no array of numbers per example; take another layer of the file."
                )
            parts.append(values[: len(part)])
    except _failures() as error:
        raise FeatureFileProblem(f"The file cannot compute its output: {_first_line(error)}") from None
    return np.concatenate(parts)


def _read(path: str) -> bytes:
    """The content of a regular file that is not too large."""
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise FeatureFileProblem(f"{Path(path).name or path} is no file.")
        if found.st_size > LARGEST_FILE:
            raise FeatureFileProblem(f"{Path(path).name} is larger than {LARGEST_FILE // 10**9} GB.")
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise FeatureFileProblem(f"The file {path} is not there; choose it again.") from None
    except (OSError, ValueError) as error:
        raise FeatureFileProblem(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _parse(content: bytes) -> ModelProto:
    """The model, without reading any other file; it may hold no data elsewhere and no code of its own."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(content)
        if _has_external(model.graph):
            raise FeatureFileProblem("Its weights are in other files; save it with the weights inside.")
        onnx.checker.check_model(model)
    except DecodeError:
        raise FeatureFileProblem("It is no ONNX file.") from None
    except (onnx.checker.ValidationError, ValueError) as error:
        raise FeatureFileProblem(f"It is no sound ONNX file: {_first_line(error)}") from None
    return model


def _has_external(graph: GraphProto) -> bool:
    """Whether an array of the graph, or of one inside it, lies in another file."""
    from onnx import AttributeProto, TensorProto

    tensors = [*graph.initializer, *(t for sparse in graph.sparse_initializer for t in (sparse.values, sparse.indices))]
    inside = []
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR:
                tensors.append(attribute.t)
            tensors += attribute.tensors
            if attribute.type == AttributeProto.GRAPH:
                inside.append(attribute.g)
            inside += attribute.graphs
    return any(t.data_location == TensorProto.EXTERNAL or t.external_data for t in tensors) or any(
        _has_external(g) for g in inside
    )


def _session(model: ModelProto, layer: str) -> InferenceSession:
    """The model ready to run; the value called ``layer`` is its last output."""
    import onnxruntime
    from onnx import ValueInfoProto

    if layer:
        if not any(layer in node.output for node in model.graph.node):
            raise FeatureFileProblem(f"It has no value called {layer[:60]!r}.")
        outputs = [output for output in model.graph.output if output.name != layer]
        del model.graph.output[:]
        model.graph.output.extend([*outputs, ValueInfoProto(name=layer)])
    if not model.graph.output:
        raise FeatureFileProblem("It has no output.")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except _failures() as error:
        raise FeatureFileProblem(f"The file cannot be run: {_first_line(error)}") from None


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises; its classes have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    found = (getattr(states, name) for name in dir(states))
    return tuple(kind for kind in found if isinstance(kind, type) and issubclass(kind, Exception))


def _input_shape(session: InferenceSession) -> Shape:
    """The shape of one example; raises FeatureFileProblem unless there is one input of floats with known sizes."""
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise FeatureFileProblem(f"It has {len(inputs)} inputs; a backbone takes one.")
    (given,) = inputs
    if given.type not in ("tensor(float)", "tensor(double)"):
        raise FeatureFileProblem(f"Its input is {given.type}; a backbone takes floats.")
    sizes = given.shape[1:]
    if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes):
        shown = "×".join(str(size) for size in given.shape)
        raise FeatureFileProblem(f"Its input is {shown}: all sizes but the batch must be known.")
    return tuple(sizes)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
