"""The digits against scikit-learn's own reader."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec

import numpy as np
import pytest
from sklearn.datasets import load_digits

from explorer.data import digits, source_of
from explorer.source import DataProblem


def test_same_as_scikit_learns() -> None:
    data, bunch = source_of("digits").load({}), load_digits()
    assert len(data) == 1797
    np.testing.assert_array_equal(data.inputs[:, 0] * 16.0, bunch.images)
    np.testing.assert_array_equal(data.targets.argmax(1), bunch.target)
    assert data.class_names == tuple(map(str, bunch.target_names))
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)


def test_neither_shapes_nor_loading_imports_scikit_learn_or_torch() -> None:
    code = (
        "import sys; from explorer.data import source_of; d = source_of('digits'); d.shapes({}); d.load({}); "
        "sys.exit(' '.join({'sklearn', 'torch', 'scipy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.parametrize("found", [None, ModuleSpec("sklearn", None)])
def test_a_missing_file_is_a_sentence(monkeypatch: pytest.MonkeyPatch, found: ModuleSpec | None) -> None:
    monkeypatch.setattr(digits, "find_spec", lambda name: found)
    with pytest.raises(DataProblem, match=r"scikit-learn.*digits\.csv\.gz"):
        source_of("digits").load({})
