"""What cannot fit is refused before a byte of it is allocated."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from explorer import memory
from explorer.memory import UNKNOWN, free_memory
from explorer.network import Edge, Network, Node
from explorer.project.check import RunProblem, check_project
from explorer.project.model import Data, Project
from explorer.stepping.compute import compute_records
from explorer.training.session import Session


def huge(kind: str, shape: tuple[int, ...], **params: object) -> Project:
    nodes = (Node("x", "input", {"shape": shape}), Node("h", kind, params))
    data = Data("inline", {"inputs": [[1.0]], "targets": [[1.0]]})
    return Project(network=Network(nodes, (Edge("x", "h"),)), data=data)


HUGE = [
    huge("dense", (10**6,), units=10**9),
    huge("conv2d", (512, 4096, 4096), filters=10**6, kernel=(512, 512)),
    huge("identity", (2**31 - 1, 2**31 - 1, 2**31 - 1, 2**31 - 1)),
]


@pytest.mark.parametrize("project", HUGE, ids=["dense", "conv2d", "input"])
def test_a_layer_too_large_is_refused_at_once_by_everything_that_would_build_it(project: Project) -> None:
    started = time.monotonic()
    _, problems = check_project(project, free_memory())
    assert len(problems) == 1
    assert problems[0].node in ("x", "h")
    assert "memory" in problems[0].message
    assert "free" in problems[0].message
    for start in (Session, compute_records):
        with pytest.raises(RunProblem, match="memory"):
            start(project)
    assert time.monotonic() - started < 5


def test_even_without_a_limit_the_absurd_is_refused() -> None:
    _, problems = check_project(HUGE[2])
    assert any("memory" in problem.message for problem in problems)


def test_free_memory_is_a_sane_number_of_bytes() -> None:
    assert 1 << 20 < free_memory() < 1 << 50


def test_the_limit_of_a_container_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"/sys/fs/cgroup/memory.max": "5000000\n", "/sys/fs/cgroup/memory.current": "2000000\n"}
    files["/proc/meminfo"] = "MemTotal: 9 kB\nMemAvailable:   99999999 kB\n"

    def read(path: Path) -> str:
        if str(path) not in files:
            raise FileNotFoundError(path)
        return files[str(path)]

    monkeypatch.setattr(Path, "read_text", read)
    assert free_memory() == 3_000_000
    files["/sys/fs/cgroup/memory.max"] = "max\n"
    assert free_memory() == 99999999 * 1024
    files["/sys/fs/cgroup/memory.max"] = "1\n"
    assert free_memory() == 0


def test_a_system_that_tells_nothing_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", nothing)
    monkeypatch.setattr(memory.os, "sysconf", nothing)
    assert free_memory() == UNKNOWN
