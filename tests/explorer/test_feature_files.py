"""Backbones' files: numpy is the oracle of what they give, and what is no sound file is refused in a sentence."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from onnx import TensorProto, helper, numpy_helper

from explorer.feature_files import FeatureFileProblem, open_features, read_signature, run_features
from tests.explorer.onnx_files import MATRIX, SHAPE, extractor, load, maps_of, save, scores_of

PICTURES = np.random.default_rng(3).normal(size=(5, *SHAPE))


@pytest.mark.parametrize("batch", ["n", 1, 2])
@pytest.mark.parametrize(("layer", "output"), [("", (5,)), ("maps", (4, 6, 6)), ("scores", (5,))])
def test_it_gives_what_the_file_computes_for_any_batch(
    tmp_path: Path, batch: object, layer: str, output: tuple[int, ...]
) -> None:
    path = str(extractor(tmp_path / "net.onnx", batch))
    found = read_signature(path, layer)
    assert (found.input, found.output, found.layers) == (SHAPE, output, ("z", "maps", "flat", "scores"))
    session = open_features(path, found.sha256, layer)
    expected = maps_of(PICTURES) if layer == "maps" else scores_of(PICTURES)
    assert_allclose(run_features(session, PICTURES), expected, rtol=1e-4, atol=1e-4)


def test_another_file_under_the_same_name_is_refused(tmp_path: Path) -> None:
    path = extractor(tmp_path / "net.onnx")
    sha256 = read_signature(str(path)).sha256
    extractor(path, 1)
    with pytest.raises(FeatureFileProblem, match="has changed since it was chosen"):
        open_features(str(path), sha256)


def refused(path: Path | str, layer: str = "") -> str:
    with pytest.raises(FeatureFileProblem) as problem:
        read_signature(str(path), layer)
    sentence = str(problem.value)
    assert sentence.endswith((".", ":")) or len(sentence) > 20
    return sentence


def test_what_is_no_sound_file_is_refused(tmp_path: Path) -> None:
    good = extractor(tmp_path / "net.onnx").read_bytes()
    assert "is not there" in refused(tmp_path / "gone.onnx")
    assert "no file" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe.onnx")
    assert "no file" in refused(tmp_path / "pipe.onnx")
    assert refused("/dev/zero")
    assert refused("a\0b.onnx")
    for name, content in {"empty": b"", "text": b"not a model", "cut": good[: len(good) // 2]}.items():
        (tmp_path / f"{name}.onnx").write_bytes(content)
        assert refused(tmp_path / f"{name}.onnx")
    assert "no value called 'gone'" in refused(tmp_path / "net.onnx", "gone")


def test_flipped_bytes_are_refused_or_computed_but_never_crash(tmp_path: Path) -> None:
    good = bytearray(extractor(tmp_path / "net.onnx").read_bytes())
    numbers = np.random.default_rng(13)
    path = tmp_path / "flipped.onnx"
    for _ in range(60):
        content = bytearray(good)
        for place in numbers.integers(0, 200, 3):  # the front, where the graph's structure is
            content[place] ^= 1 << int(numbers.integers(8))
        path.write_bytes(content)
        with contextlib.suppress(FeatureFileProblem):
            assert read_signature(str(path)).layers


def test_inputs_that_a_backbone_cannot_feed_are_refused(tmp_path: Path) -> None:
    relu = [helper.make_node("Relu", ["x"], ["y"])]
    sizes = ("n", 1, "h", "w")
    assert "sizes but the batch" in refused(save(tmp_path / "a.onnx", relu, [], sizes, out=sizes))
    integers = [helper.make_node("Abs", ["x"], ["y"])]
    assert "takes floats" in refused(save(tmp_path / "b.onnx", integers, [], ("n", 3), TensorProto.INT64))
    two = load(save(tmp_path / "c.onnx", [helper.make_node("Add", ["x", "k"], ["y"])], [], ("n", 3)))
    two.graph.input.append(helper.make_tensor_value_info("k", TensorProto.FLOAT, ("n", 3)))
    (tmp_path / "c.onnx").write_bytes(two.SerializeToString())
    assert "has 2 inputs" in refused(tmp_path / "c.onnx")
    total = [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)]
    assert "no array of numbers per example" in refused(save(tmp_path / "d.onnx", total, [], ("n", 3), out=()))


def test_no_other_file_is_ever_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(MATRIX.tobytes())
    model = load(extractor(tmp_path / "net.onnx"))
    outside = numpy_helper.from_array(MATRIX, "matrix")
    outside.ClearField("raw_data")
    outside.data_location = TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="secret.bin")
    model.graph.initializer[1].CopyFrom(outside)
    (tmp_path / "outside.onnx").write_bytes(model.SerializeToString())
    assert "other files" in refused(tmp_path / "outside.onnx")
    inside = helper.make_graph([helper.make_node("Identity", ["o"], ["b"])], "b", [], [], [outside])
    constant = helper.make_node("If", ["c"], ["y"], then_branch=inside, else_branch=inside)
    model = load(save(tmp_path / "nested.onnx", [constant], [], ("n", 3)))
    (tmp_path / "nested.onnx").write_bytes(model.SerializeToString())
    assert refused(tmp_path / "nested.onnx")
