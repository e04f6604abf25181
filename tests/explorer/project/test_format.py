"""The project file: what is saved comes back, in both formats, to the byte."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from explorer.network import Edge, Network, Node
from explorer.project import files
from explorer.project.check import check_project
from explorer.project.format import ProjectError, dumps_project, load_project, loads_project, save_project
from explorer.project.model import Project
from tests.explorer.project.networks import projects, same

BY_HAND = """
    {"format": "nn-explorer-project", "version": 1, "name": "two-two-two",
     "network": {"nodes": [{"id": "x", "kind": "input", "params": {"shape": [2]}},
                           {"id": "h", "kind": "dense", "params": {"units": 2}},
                           {"id": "h_out", "kind": "sigmoid"}],
                 "edges": [["x", "h"], ["h", "h_out"]]},
     "weights": {"h.weight": [[0.10, 0.12], [0.20, 0.17]], "h.bias": [0.80, 0.25]},
     "data": {"source": "inline", "params": {"inputs": [[0.15, 0.35]], "targets": [[0, 1]]}},
     "training": {"cost": "squared_error", "optimizer": "sgd", "optimizer_params": {"lr": 0.5},
                  "batch_size": 1, "epochs": 1, "shuffle": false, "seed": 0}}
"""


@pytest.fixture
def project() -> Project:
    return loads_project(BY_HAND)


def test_the_project_of_the_design_is_read(project: Project) -> None:
    assert project.network.edges == (Edge("x", "h"), Edge("h", "h_out"))
    assert project.network.by_id["x"].params == {"shape": (2,)}
    assert project.weights["h.weight"].tolist() == [[0.10, 0.12], [0.20, 0.17]]
    assert project.weights["h.weight"].dtype == np.float64
    assert (project.settings["lr"], project.settings["shuffle"], project.settings["init"]) == (0.5, False, "torch")
    assert project.data.shares == (1.0, 0.0, 0.0)
    assert check_project(project)[1] == ()


@pytest.mark.parametrize("suffix", [".nnx", ".json"])
@given(made=projects())
def test_every_project_comes_back_and_is_saved_to_the_same_bytes(suffix: str, made: Project) -> None:
    content = dumps_project(made, suffix)
    back = loads_project(content)
    assert same(made, back)
    assert dumps_project(back, suffix) == content


def test_what_is_left_out_takes_its_default() -> None:
    assert same(loads_project('{"format": "nn-explorer-project", "version": 1}'), Project())


def test_an_archive_keeps_single_precision_and_numbers_that_are_not_finite(project: Project) -> None:
    weights = {"h.weight": np.array([[1, np.nan], [np.inf, 0.1]], np.float32)}
    back = loads_project(dumps_project(replace(project, weights=weights), ".nnx"))
    assert back.weights["h.weight"].dtype == np.float32
    assert np.array_equal(back.weights["h.weight"], weights["h.weight"], equal_nan=True)
    with pytest.raises(ProjectError, match=r"h\.weight are not all finite, which JSON cannot hold: save it as \.nnx"):
        dumps_project(replace(project, weights=weights), ".json")


def test_params_out_of_range_load_and_are_problems_of_their_layer(project: Project) -> None:
    bad = loads_project(BY_HAND.replace('"units": 2', '"units": -3'))
    problems = check_project(bad)[1]
    assert problems[0].node == "h"
    assert "a whole number from 1" in problems[0].message
    assert "-3" in problems[0].message


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([["x", "h"], ["h", "h_out"], ["h_out", "h"]], "two wires"),
        ([["x", "h"], ["h", "nobody"]], "nobody"),
        ([["x", "h", 7]], "port 7"),
        ([["h_out", "h"], ["h", "h_out"]], "loop"),
    ],
)
def test_bad_wires_load_and_are_problems(edges: list[list[object]], words: str) -> None:
    document = json.loads(BY_HAND)
    document["network"]["edges"] = edges
    problems = check_project(loads_project(json.dumps(document)))[1]
    assert any(words in problem.message for problem in problems)


def test_a_byte_order_mark_is_no_harm(project: Project) -> None:
    assert same(loads_project(b"\xef\xbb\xbf" + BY_HAND.encode()), project)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_a_file_manager_packed_anew_opens(project: Project, compression: int) -> None:
    with zipfile.ZipFile(io.BytesIO(dumps_project(project))) as archive:
        members = {name: archive.read(name) for name in reversed(archive.namelist())}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in {**members, "__MACOSX/._project.json": b"Mac", ".DS_Store": b"x"}.items():
            archive.writestr(name, content)
    assert same(loads_project(buffer.getvalue()), project)


def test_an_archive_without_its_weights_opens_untrained(project: Project) -> None:
    with zipfile.ZipFile(io.BytesIO(dumps_project(project))) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "weights" not in name}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    back = loads_project(buffer.getvalue())
    assert back.weights == {}
    assert back.network == project.network


def test_json_is_made_for_people(project: Project) -> None:
    lines = dumps_project(project, ".json").decode().splitlines()
    assert '      {"id": "x", "kind": "input", "params": {"shape": [2]}},' in lines
    assert '    "edges": [["x", "h"], ["h", "h_out"]]' in lines


class TestFiles:
    @pytest.mark.parametrize("name", ["p.nnx", "p.json", "P.JSON", "näme mit.nnx", "n" * 251 + ".nnx", "a\nb.nnx"])
    def test_what_is_saved_opens(self, project: Project, tmp_path: Path, name: str) -> None:
        save_project(project, tmp_path / name)
        assert same(load_project(tmp_path / name), project)
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]

    def test_the_content_tells_the_format(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "p.json").write_bytes(dumps_project(project, ".nnx"))
        assert same(load_project(tmp_path / "p.json"), project)

    def test_other_suffixes_are_refused(self, project: Project, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match=r"must end in \.nnx or \.json"):
            save_project(project, tmp_path / "p.pkl")

    def test_permissions_stay(self, project: Project, tmp_path: Path) -> None:
        path = tmp_path / "p.nnx"
        save_project(project, path)
        path.chmod(0o640)
        save_project(project, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_a_link_is_followed(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        link = tmp_path / "p.nnx"
        link.symlink_to(tmp_path / "there" / "real.nnx")
        save_project(project, link)
        assert link.is_symlink()
        assert same(load_project(tmp_path / "there" / "real.nnx"), project)

    @pytest.mark.parametrize("step", ["open", "fsync", "replace"])
    @pytest.mark.parametrize("code", ["ENOSPC", "EIO", "EROFS"])
    def test_a_fault_leaves_the_old_file_and_nothing_else(
        self, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: str
    ) -> None:
        import errno

        path = tmp_path / "p.nnx"
        save_project(project, path)
        before = path.read_bytes()

        def fail(*_given: object) -> None:
            number = getattr(errno, code)
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(files.os, step, fail)
            with pytest.raises(ProjectError, match=r"p\.nnx cannot be saved: .+\.$"):
                save_project(replace(project, name="other"), path)
        assert path.read_bytes() == before
        assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["p.nnx"]

    def test_a_folder_or_pipe_in_the_way_stays(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "d.nnx").mkdir()
        os.mkfifo(tmp_path / "f.nnx")
        for name, words in (("d.nnx", "a folder has this name"), ("f.nnx", "a pipe has this name")):
            with pytest.raises(ProjectError, match=words):
                save_project(project, tmp_path / name)

    def test_what_could_not_be_opened_again_is_not_written(self, tmp_path: Path) -> None:
        far = Project(network=Network((Node("x", "input", position=(1e9, 0.0)),)))
        with pytest.raises(ProjectError, match=r"position"):
            save_project(far, tmp_path / "p.nnx")
        assert not (tmp_path / "p.nnx").exists()

    @pytest.mark.parametrize("name", ["missing.nnx", "folder", "pipe", "loop", "no/folder.nnx", "nul\0.nnx", "n" * 300])
    def test_what_is_no_readable_file_is_told_at_once(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "folder").mkdir()
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(ProjectError, match=r"cannot be (read|opened): .+\.$"):
            load_project(tmp_path / name)

    def test_a_device_is_refused_without_reading(self) -> None:
        with pytest.raises(ProjectError, match="a device"):
            load_project("/dev/zero")

    def test_an_unreadable_file_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "p.nnx"
        path.touch(0o000)
        if os.geteuid() == 0:  # root may read everything, so the system's refusal is made

            def refused(*words: object, **named: object) -> int:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

            monkeypatch.setattr(os, "open", refused)
        with pytest.raises(ProjectError, match="not allowed"):
            load_project(path)
