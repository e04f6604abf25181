"""What is copied comes back the same; anything else on the clipboard is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.editor.conftest import small_network
from ui.editor.clipboard import LARGEST, ClipboardError, from_text, to_text

ROW: dict[str, Any] = {"id": "h", "kind": "dense", "params": {"units": 3}}


def text(**changes: Any) -> str:
    """Layers as JSON, with changes."""
    return json.dumps({"format": "nn-explorer-layers", "nodes": [ROW], "edges": [], **changes})


def test_what_is_copied_comes_back() -> None:
    network = small_network()
    nodes, edges = from_text(to_text(network, network.by_id))
    assert tuple(nodes) == network.nodes
    assert tuple(edges) == network.edges


def test_only_wires_within_are_copied() -> None:
    nodes, edges = from_text(to_text(small_network(), {"h", "act"}))
    assert [node.id for node in nodes] == ["h", "act"]
    assert [(edge.source, edge.target) for edge in edges] == [("h", "act")]


@pytest.mark.parametrize(
    ("given_text", "sentence"),
    [
        ("", "no layers"),
        ("[" * 100_000, "no layers"),
        ("{}", "no layers"),
        (" " * (LARGEST + 1), "too large"),
        (text(nodes=3), "list of at most"),
        (text(nodes=[3]), "must be an object"),
        (text(nodes=[{**ROW, "id": "a b"}]), "not a layer's name"),
        (text(nodes=[{**ROW, "kind": "magic"}]), "unknown kind, 'magic'"),
        (text(nodes=[{**ROW, "params": {"units": -1}}]), "Units must be a whole number"),
        (text(nodes=[{**ROW, "params": {"unit": 1}}]), "unknown setting, 'unit'"),
        (text(nodes=[{**ROW, "position": [1, "x"]}]), "must be two numbers"),
        (text(nodes=[{**ROW, "position": [1e300, 0]}]), "must be two numbers"),
        (text(nodes=[{**ROW, "note": 3}]), "must be texts"),
        (text(nodes=[ROW, ROW]), "one name"),
        (text(edges=[["h", "k", 0]]), "not there"),
        (text(edges=[["h", "h", -1]]), "must be [from, to, port]"),
        (text(edges=[["h", "h", True]]), "must be [from, to, port]"),
        (text(edges={}), "must be a list"),
    ],
)
def test_what_is_no_layers_is_refused(given_text: str, sentence: str) -> None:
    with pytest.raises(ClipboardError) as caught:
        from_text(given_text)
    assert sentence in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["format", "nodes", "edges"]), JSON | st.lists(st.fixed_dictionaries(ROW_PARTS := {
    "id": JSON, "kind": st.sampled_from(["dense", "relu"]) | JSON, "params": JSON, "position": JSON}), max_size=2)))  # fmt: skip
def test_nothing_on_the_clipboard_crashes(data: dict[str, Any]) -> None:
    try:
        from_text(json.dumps({"format": "nn-explorer-layers", **data}))
    except ClipboardError as error:
        assert str(error).endswith(".")
