"""start.py decides well what to install and what to run; nothing is installed and no network is asked here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import start

Command = list[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a space in its name that start.py takes for the project's, with nothing installed."""
    root = tmp_path / "my project"
    root.mkdir()
    (root / "constraints.txt").write_text("torch==2.13.0\n")
    (root / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "VENV", root / ".venv")
    monkeypatch.setattr(start, "missing_packages", lambda: ([], []))
    return root


@pytest.fixture
def commands(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Command]:
    """What start.py runs, recorded instead of run; making .venv makes the files that it would."""
    ran: list[Command] = []

    def record(command: Command, **_: object) -> int:
        ran.append(command)
        if "venv" in command:
            fill_venv()
        return 0

    monkeypatch.setattr(start, "run", record)
    return ran


def fill_venv() -> None:
    """A .venv whose Python is the one that runs the tests."""
    for name in ("python", "nn-explorer"):
        start.script(name).parent.mkdir(parents=True, exist_ok=True)
        start.script(name).unlink(missing_ok=True)
        start.script(name).symlink_to(sys.executable)


def pip_targets(ran: list[Command]) -> list[str]:
    return [command[-1] for command in ran if "pip" in command and "-e" in command]


def test_a_second_start_runs_the_program_alone(commands: list[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "has_display", lambda: True)
    assert start.main([]) == 0
    assert pip_targets(commands) == ["."]
    assert commands[-1] == [str(start.script("nn-explorer")), "--example", "A1"]
    commands.clear()
    assert start.main([]) == 0
    assert commands == [[str(start.script("nn-explorer")), "--example", "A1"]]


def test_packages_come_from_the_constraints_file(commands: list[Command]) -> None:
    start.main(["install"])
    (install,) = [command for command in commands if "-e" in command]
    assert install[install.index("-c") + 1] == "constraints.txt"
    assert commands[-1] == install


def test_tests_need_the_dev_packages_too_and_pass_arguments_on(commands: list[Command]) -> None:
    start.main(["install"])
    start.main(["test", "-k", "dense"])
    assert pip_targets(commands) == [".", ".[dev]"]
    assert commands[-1] == [str(start.script("python")), "-m", "pytest", "-k", "dense"]
    commands.clear()
    start.main(["install"])
    assert commands == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_into_the_same_venv(home: Path, commands: list[Command], name: str) -> None:
    start.main(["install"])
    commands.clear()
    (home / name).write_text("changed")
    start.main(["install"])
    assert pip_targets(commands) == ["."]
    assert not any("venv" in command for command in commands)


def test_a_failed_installation_is_begun_again_in_a_fresh_venv(
    commands: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = start.run
    monkeypatch.setattr(start, "run", lambda command, **kw: recorded(command, **kw) or int("-e" in command))
    with pytest.raises(SystemExit, match="Run the same command again"):
        start.main(["install"])
    assert not start.is_installed("")
    monkeypatch.setattr(start, "run", recorded)
    commands.clear()
    start.main(["install"])
    assert "--clear" in commands[0]
    assert start.is_installed("")


@pytest.mark.parametrize("damage", ["python", "nn-explorer", "installed.json"])
def test_a_damaged_venv_is_repaired(commands: list[Command], damage: str) -> None:
    start.main(["install"])
    commands.clear()
    (start.VENV / damage if "json" in damage else start.script(damage)).unlink()
    start.main(["install"])
    assert pip_targets(commands) == ["."]
    assert any("venv" in command for command in commands) == (damage == "python")


@pytest.mark.parametrize("key", ["root", "python"])
def test_a_venv_of_another_place_or_python_is_made_anew(
    commands: list[Command], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    start.main(["install"])
    commands.clear()
    other = {**start.fingerprint(), key: "another"}
    monkeypatch.setattr(start, "fingerprint", lambda: other)
    start.main(["install"])
    assert "--clear" in commands[0]


@pytest.mark.parametrize("text", ["", "[]", '{"root": 1', "\x00"])
def test_a_broken_stamp_means_not_installed(home: Path, text: str) -> None:
    fill_venv()
    (start.VENV / "installed.json").write_text(text)
    assert not start.is_installed("")


def test_without_a_display_the_example_is_rendered(
    home: Path, commands: list[Command], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "has_display", lambda: False)
    assert start.main([]) == 0
    assert commands[-1][1:] == ["render", str(start.EXAMPLE), "--out", str(home / "pictures")]
    said = capsys.readouterr().out
    assert "There is no display" in said
    assert str(home / "pictures") in said


def test_without_a_display_a_file_is_rendered_and_commands_run(
    home: Path, commands: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "has_display", lambda: False)
    project = home / "mine.nnx"
    project.touch()
    start.main([str(project)])
    assert commands[-1][1:3] == ["render", str(project)]
    start.main(["check", str(project)])
    assert commands[-1][1:] == ["check", str(project)]


def test_a_file_is_opened(commands: list[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "has_display", lambda: True)
    start.main(["mine.nnx"])
    assert commands[-1][1:] == ["mine.nnx"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    ("variables", "display"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({"QT_QPA_PLATFORM": "xcb"}, True)],
)
def test_a_display_is_told_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], display: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert start.has_display() is display


def test_only_libraries_that_do_not_load_are_missing() -> None:
    assert start.not_loading({"libthis-is-not-there.so.7": "libnone7"}) == ["libnone7"]
    if sys.platform.startswith("linux"):
        assert start.not_loading({"libc.so.6": "libc6"}) == []


def ensure_system(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[list[str], list[str]], *, apt: bool, root: bool
) -> None:
    monkeypatch.setattr(start, "missing_packages", lambda: missing)
    monkeypatch.setattr(start.shutil, "which", lambda name: f"/usr/bin/{name}" if apt else None)
    monkeypatch.setattr(start.os, "geteuid", lambda: 0 if root else 1000, raising=False)
    start.ensure_system()


def test_root_gets_system_libraries_installed(commands: list[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_system(monkeypatch, (["libgl1"], ["libxcb-cursor0"]), apt=True, root=True)
    assert commands == [["apt-get", "update", "-q"], [*start.APT_INSTALL, "libgl1", "libxcb-cursor0"]]


def test_others_get_the_exact_command(commands: list[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match=r"sudo .*apt-get install -y --no-install-recommends libgl1$"):
        ensure_system(monkeypatch, (["libgl1"], []), apt=True, root=False)
    with pytest.raises(SystemExit, match="libgl1"):
        ensure_system(monkeypatch, (["libgl1"], []), apt=False, root=False)
    ensure_system(monkeypatch, ([], ["libxcb-cursor0"]), apt=True, root=False)
    assert commands == []


def test_an_older_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later"):
        start.main([])


def test_help_installs_nothing(commands: list[Command], capsys: pytest.CaptureFixture[str]) -> None:
    assert start.main(["--help"]) == 0
    assert "python3 start.py test" in capsys.readouterr().out
    assert commands == []


def test_run_gives_the_exit_status_and_the_folder(tmp_path: Path) -> None:
    code = "import os, sys; sys.exit(7 if os.getcwd() == sys.argv[1] and os.environ['ADDED'] == 'x' else 1)"
    command = [sys.executable, "-c", code, os.path.realpath(tmp_path)]
    assert start.run(command, cwd=tmp_path, env={"ADDED": "x"}) == 7


def test_start_needs_the_standard_library_alone() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", start.__file__, "--help"], capture_output=True, check=False)
    assert done.returncode == 0


def test_the_example_that_is_shown_without_a_display_is_there() -> None:
    assert start.EXAMPLE.is_file()
