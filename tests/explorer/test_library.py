"""The library: what is kept comes back the same, and what cannot be read is left out with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from explorer.library import MOST_KEPT, Kept, blocks, delete_kept, keep, read_library, rename_kept, save_kept
from explorer.network import Edge, Network, Node
from explorer.project.errors import ProjectError


def use(name: str, template: str) -> Node:
    return Node(name, "subnetwork", {"template": template})


INNER = Network((Node("in", "input"), Node("h", "dense", {"units": 3}, (8.0, 0.0))), (Edge("in", "h"),))
OUTER = Network((Node("in", "input"), use("u", "inner")), (Edge("in", "u"),))
HOST = Network(templates={"outer": OUTER, "inner": INNER, "other": INNER})


def test_a_template_is_kept_with_those_that_it_uses(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "templates"
    assert read_library(folder) == ([], [])
    saved = save_kept(folder, keep("outer", HOST, "A sentence."))
    assert saved.path == folder / "outer.json"
    (found,), messages = read_library(folder)
    assert messages == []
    assert found == saved
    assert (found.name, found.sentence, dict(found.templates)) == (
        "outer",
        "A sentence.",
        {"outer": OUTER, "inner": INNER},
    )


def test_a_second_one_of_the_name_gets_another_name_and_file(tmp_path: Path) -> None:
    names = [save_kept(tmp_path, keep(name, HOST)).name for name in ("inner", "inner", "other", "inner")]
    assert names == ["inner", "inner 2", "other", "inner 3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "inner-2.json",
        "inner-3.json",
        "inner.json",
        "other.json",
    ]
    assert [kept.name for kept in read_library(tmp_path)[0]] == ["inner", "inner 2", "inner 3", "other"]


@pytest.mark.parametrize("name", ["a/b", "..", "ΔΣ 🙂", "CON", "x" * 64, '"<|>:*?'])
def test_any_name_is_kept_in_a_file_of_this_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "library"
    saved = save_kept(folder, Kept(name, {name: INNER}))
    assert saved.path is not None
    assert saved.path.parent == folder
    assert [kept.name for kept in read_library(folder)[0]] == [name]
    assert list(tmp_path.iterdir()) == [folder]


def test_renaming_and_deleting(tmp_path: Path) -> None:
    saved = save_kept(tmp_path, keep("outer", HOST))
    save_kept(tmp_path, keep("inner", HOST))
    renamed = rename_kept(saved, "shell")
    assert [kept.name for kept in read_library(tmp_path)[0]] == ["inner", "shell"]
    assert renamed.templates.keys() == {"shell", "inner"}
    for name, words in (("inner", "called inner already"), ("", "A template's name is"), ("x" * 65, "name is")):
        with pytest.raises(ProjectError, match=words):
            rename_kept(renamed, name)
    delete_kept(renamed)
    delete_kept(renamed)  # gone already, perhaps by another window
    assert [kept.name for kept in read_library(tmp_path)[0]] == ["inner"]


def test_what_comes_with_the_program_stays() -> None:
    for command in (delete_kept, lambda kept: rename_kept(kept, "mine")):
        with pytest.raises(ProjectError, match="comes with the program"):
            command(blocks()[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"{", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'{"format": "nn-explorer-project", "version": 1, "name": "gone"}', "no template called 'gone'"),
        (b'{"format": "nn-explorer-project", "version": 99}', "newer version"),
        (b'{"format": "nn-explorer-project", "version": 1, "network": {"templates": {"a": {"nodes": [3]}}}}', "nodes"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    save_kept(tmp_path, keep("inner", HOST))
    (tmp_path / "broken.json").write_bytes(content)
    found, messages = read_library(tmp_path)
    assert [kept.name for kept in found] == ["inner"]
    assert len(messages) == 1
    assert messages[0].startswith("A template is left out: ")
    assert "broken.json" in messages[0]
    assert words in messages[0]


def test_two_files_of_one_name(tmp_path: Path) -> None:
    save_kept(tmp_path, keep("inner", HOST))
    (tmp_path / "copy.json").write_bytes((tmp_path / "inner.json").read_bytes())
    found, messages = read_library(tmp_path)
    assert len(found) == 1
    assert messages == ["A template is left out: inner.json is called inner, as another one is."]


def test_folders_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert read_library(tmp_path / "file") == ([], [])
    with pytest.raises(ProjectError, match="cannot be made"):
        save_kept(tmp_path / "file" / "library", keep("inner", HOST))
    (tmp_path / "sub.json").mkdir()
    assert "a folder" in read_library(tmp_path)[1][0]


def test_nothing_is_left_of_a_save_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="full|space"):
        save_kept(tmp_path, keep("inner", HOST))
    assert list(tmp_path.iterdir()) == []
    assert MOST_KEPT >= 100
