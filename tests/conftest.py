"""Every test runs offscreen, on one thread of arithmetic, in folders of its own, and must leave nothing behind."""

from __future__ import annotations

import os

# Before Qt, numpy or torch is imported: they read these once. Two OpenMP libraries on a busy machine stall each other.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import gc
import logging
import sys
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from PySide6.QtCore import QSettings

from tests.leaks import left_behind, living

# The same examples every time: a red run can be repeated. `--hypothesis-profile default` searches anew.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
# Some tests have a long form, which they name: `--hypothesis-profile long`.
hypothesis.settings.register_profile("long", hypothesis.settings.get_profile("repeatable"), max_examples=2000)
hypothesis.settings.load_profile("repeatable")

_FAILED = pytest.StashKey[bool]()


class _Records(logging.Handler):
    """Collects what is logged at WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether the test failed: its traceback then keeps objects alive, and one message is enough."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, process, timer or top-level widget, or logs a warning that it does not expect.

    A test that asks for `caplog` is taken to check what is logged itself.
    """
    before, records = living(), _Records()
    loggers = [logging.getLogger(name) for name in ("explorer", "ui")]
    for logger in loggers:
        logger.addHandler(records)
    yield
    for logger in loggers:
        logger.removeHandler(records)
    if request.node.stash.get(_FAILED, False):
        _let_go()
        return
    leaks = left_behind(before)
    if leaks:
        pytest.fail("The test left behind: " + "; ".join(leaks), pytrace=False)
    if records.messages and "caplog" not in request.fixturenames:
        pytest.fail("The test logged: " + "; ".join(records.messages), pytrace=False)


def _let_go() -> None:
    """Drop what the traceback of a failed test keeps alive: windows, which would crash the interpreter at its end."""
    error: BaseException | None = sys.__dict__.pop("last_value", None)
    sys.__dict__.pop("last_traceback", None)
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
    gc.collect()


@pytest.fixture(autouse=True)
def folders_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, recent files and recovery data of a test away from the person's and from other tests'."""
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(tmp_path / "config"))
