"""Backbone: a pretrained network from a file, that is used and not trained."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.array_params import ShapeParam
from explorer.arrays import Rearranged
from explorer.equations import Expr, Index, Number
from explorer.kind import Code, LayerKind, Place, Shape, ShapeProblem, show_shape
from explorer.params import FileParam, TextParam

if TYPE_CHECKING:
    from torch import nn


class Backbone(LayerKind):
    """A pretrained network from an ONNX file, used as a feature extractor: its weights stay as they are.

    What it gives for an example never changes, so it is computed once for each and kept while training: retraining the
    layers behind it costs only those layers (transfer learning). Choose the layer to take features from; the last but
    one usually serves best, since the last one knows only the classes that the file was made for. No gradient goes back
    through it, so nothing before it can learn.

    Formula: that of the network in the file, up to the layer that is chosen.

    Shapes: what the file takes, and what it gives. Pictures must come in the size and range that it was trained with.

    When to use it: few examples (from about 20 a class on), and a network trained on something like them.

    Source: Yosinski et al., How transferable are features in deep neural networks?, 2014.
    """

    id = "backbone"
    title = "Backbone"
    category = "Core"
    icon = "mdi6.file-tree-outline"
    synonyms = ("pretrained", "transfer learning", "feature extractor", "onnx", "bottleneck", "inception", "resnet")
    from_file = True
    params = (
        FileParam("file", "", "File", "The ONNX file with its weights inside.", suffixes=(".onnx",)),
        TextParam("layer", "", "Features from", "The value inside the file to take; empty is its own output."),
        ShapeParam(
            "input", (1,), "Takes", "The shape of one example that the file takes; read from it.", advanced=True
        ),
        ShapeParam("output", (1,), "Gives", "The shape that comes out; read from the file.", advanced=True),
        TextParam("sha256", "", "SHA-256", "The hash of the file as it was chosen; read from it.", advanced=True),
    )

    def output_shape(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Shape:
        """What the file gives."""
        if not params["file"]:
            raise ShapeProblem("has no file yet: choose an ONNX file.")
        if not params["sha256"]:
            raise ShapeProblem(f"has not read {Path(params['file']).name} yet: choose the file again.")
        if inputs[0] != params["input"]:
            raise ShapeProblem(f"takes {show_shape(params['input'])}; {show_shape(inputs[0])} came in.")
        shape: Shape = params["output"]
        return shape

    def from_its_file(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The shapes and the hash, read from the file; raises FeatureFileProblem."""
        from explorer.feature_files import read_signature

        found = read_signature(params["file"], params["layer"])
        return {"input": found.input, "output": found.output, "sha256": found.sha256}

    def module(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> nn.Module:
        """The file, run by onnxruntime; it is opened when it is first used."""
        from explorer.torch_features import Features

        return Features(params["file"], params["sha256"], params["layer"])

    def code(self, params: Mapping[str, Any], inputs: tuple[Shape, ...]) -> Code:
        """A module round onnxruntime."""
        return Code(f"OnnxFeatures({params['file']!r}, {params['layer']!r})", support=_SUPPORT)

    def forward(self, at: Place, index: Index) -> Expr:
        """Given, as data is: its equations are the file's."""
        return at.y(index)

    def backward(self, at: Place, port: int, index: Index) -> Expr:
        """0: no gradient goes back through it."""
        return Number(0.0)

    def matrix_forward(self, at: Place) -> Expr:
        """Given, as data is."""
        return at.y()

    def matrix_backward(self, at: Place, port: int = 0) -> Expr:
        """Zeros."""
        return Rearranged("zeros", (at.x(),), np.zeros_like)

    def caption(self, params: Mapping[str, Any]) -> str:
        """The file's name."""
        return Path(params["file"]).name or "no file"


_SUPPORT = '''\
class OnnxFeatures(nn.Module):
    """A pretrained network from an ONNX file; it is used, not trained."""

    def __init__(self, path, layer=""):
        super().__init__()
        import onnx
        import onnxruntime

        model = onnx.load(path, load_external_data=False)
        if layer:
            outputs = [output for output in model.graph.output if output.name != layer]
            del model.graph.output[:]
            model.graph.output.extend([*outputs, onnx.ValueInfoProto(name=layer)])
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])

    def forward(self, x):
        given, output = self.session.get_inputs()[0].name, self.session.get_outputs()[-1].name
        values = self.session.run([output], {given: x.detach().cpu().float().numpy()})[0]
        return torch.from_numpy(values).to(x)
'''
