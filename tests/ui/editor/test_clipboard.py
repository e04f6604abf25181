"""What is copied comes back the same; anything else on the clipboard is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from explorer.rewire import part
from tests.ui.editor.conftest import small_network
from ui.editor.clipboard import LARGEST_FOREIGN, ClipboardError, from_text, read, to_text

ROW: dict[str, Any] = {"id": "h", "kind": "dense", "params": {"units": 3}}


def text(**changes: Any) -> str:
    """A project of one layer as JSON, with changes to its network."""
    network = {"nodes": [ROW], "edges": [], **changes}
    return json.dumps({"format": "nn-explorer-project", "version": 1, "network": network})


def test_what_is_copied_comes_back() -> None:
    network = small_network()
    assert from_text(to_text(network)) == network


def test_only_wires_within_are_copied() -> None:
    found = from_text(to_text(part(small_network(), {"h", "act"})))
    assert [node.id for node in found.nodes] == ["h", "act"]
    assert [(edge.source, edge.target) for edge in found.edges] == [("h", "act")]


def test_a_project_file_can_be_pasted() -> None:
    assert from_text(text()).by_id["h"].params == {"units": 3}


@pytest.mark.parametrize(
    ("given_text", "sentence"),
    [
        ("", "no layers"),
        ("hello", "other text"),
        ("[" * 100_000, "other text"),
        ('{"a":' * 100_000, "cannot be pasted"),
        ("{}", "cannot be pasted"),
        (text(nodes=[]), "has no layers"),
        ("{" + " " * LARGEST_FOREIGN, "1.0 million characters"),
        (text(nodes=[3]), "network.nodes"),
        (text(nodes=[{**ROW, "id": "a b"}]), "name"),
        (text(nodes=[{**ROW, "kind": "magic"}]), "magic"),
        (text(nodes=[{**ROW, "params": {"unit": 1}}]), "unit"),
        (text(nodes=[{**ROW, "position": [1, "x"]}]), "position"),
        (text(nodes=[{**ROW, "position": [1e300, 0]}]), "position"),
        (text(nodes=[ROW, ROW]), "name of 2 layers"),
        (text(edges=[["h", "h", -1]]), "network.edges[0]"),
    ],
)
def test_what_is_no_layers_is_refused(given_text: str, sentence: str) -> None:
    with pytest.raises(ClipboardError) as caught:
        from_text(given_text)
    assert sentence in str(caught.value)


def test_a_cleared_clipboard_has_no_layers() -> None:
    with pytest.raises(ClipboardError, match="no layers"):
        read(None)
