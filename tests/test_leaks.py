"""The fixture that fails a test for what it leaves behind must itself fail such tests, and only such."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEAKY = """
import logging, threading, warnings
from PySide6.QtCore import QThread, QTimer, qWarning
from PySide6.QtWidgets import QMenu, QWidget

stop = threading.Event()
kept = []

def test_thread():
    threading.Thread(target=stop.wait, name="worker-7", daemon=True).start()

def test_qthread(qapp):
    thread = QThread(objectName="engine")
    thread.start()
    kept.append(thread)

def test_timer(qapp):
    timer = QTimer(objectName="poll")
    timer.start(60_000)
    kept.append(timer)

def test_widget(qapp):
    kept.append(QWidget(windowTitle="Forgotten"))

def test_log():
    logging.getLogger("ui.document").warning("odd thing")

def test_qt_message(qapp):
    qWarning("QLayout: odd")

def test_python_warning():
    warnings.warn("odd")

def test_clean_qt_message(qapp):
    qWarning("This plugin does not support propagateSizeHints()")

def test_setting():
    from PySide6.QtCore import QSettings
    QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "o", "a").setValue("k", 1)

def test_clean_setting():
    from PySide6.QtCore import QSettings
    assert QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "o", "a").value("k") is None

def test_clean_widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    menu = QMenu(widget)
    widget.timer = QTimer(widget)
    widget.timer.start(60_000)
    widget.me = widget

def test_clean_cycle(qapp):
    widget = QWidget()
    widget.me = widget

def test_clean_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()

def test_clean_log(caplog):
    logging.getLogger("explorer.project").warning("expected")

def test_clean_foreign_log():
    logging.getLogger("elsewhere").warning("not ours")

def test_end():
    stop.set()
    thread = kept[0]
    thread.quit()
    assert thread.wait(5000)
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run of the leaky tests under this project's settings and conftest."""
    folder = tmp_path_factory.mktemp("leaky")
    (folder / "test_leaky.py").write_text(LEAKY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", "pyproject.toml", "--rootdir", str(folder)]
    command += ["-rA", "--no-header", "-p", "no:cacheprovider", str(folder / "test_leaky.py")]
    env = {**os.environ, "COLUMNS": "400"}  # summary lines are cut to the terminal's width
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=100).stdout


@pytest.mark.parametrize(
    ("test", "named"),
    [
        ("test_thread", "thread 'worker-7'"),
        ("test_qthread", "QThread QThread engine"),
        ("test_timer", "active QTimer QTimer poll of nothing"),
        ("test_widget", "top-level widget QWidget “Forgotten”"),
        ("test_log", "WARNING ui.document: odd thing"),
    ],
)
def test_a_leak_fails_the_test_that_made_it_by_name(outcome: str, test: str, named: str) -> None:
    errors = [line for line in outcome.splitlines() if re.match(rf"ERROR .*::{test} - ", line)]
    assert len(errors) == 1, outcome
    assert named in errors[0]


def test_only_leaks_fail(outcome: str) -> None:
    errors = set(re.findall(r"^(?:ERROR|FAILED) .*::(\w+)", outcome, re.MULTILINE))
    leaks = {"test_thread", "test_qthread", "test_timer", "test_widget", "test_log"}
    assert errors == leaks | {"test_qt_message", "test_python_warning"}, outcome
    assert "2 failed, 14 passed, 5 errors" in outcome
