#!/usr/bin/env python3
"""Install Neural Network Explorer into .venv beside this file, and start it; Python 3.11 or later is all it needs.

python3 start.py           install what is missing, then open the program on an example
python3 start.py FILE      the same, with a project (or any other arguments of nn-explorer)
python3 start.py test      install what the tests need too, and run them (further arguments go to pytest)
python3 start.py install   only install
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
EXAMPLE = ROOT / "resources" / "examples" / "a1.json"
APT_INSTALL = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"]
# What Qt loads from the system, and the Debian package that has it: to run at all, and to show a window under X.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def say(text: str) -> None:
    """Print one line at once, so that it stands above the output of the command that follows."""
    print(text, flush=True)


def run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> int:
    """Run a command to its end and return its exit status; Ctrl-C is the command's to handle."""
    with subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}) as process:
        interrupted = False
        while True:
            try:
                status = process.wait()
                return status if status or not interrupted else 130
            except KeyboardInterrupt:
                interrupted = True


def must(command: list[str], failed: str) -> None:
    """Show and run a command in ROOT; if it fails, end with the sentence `failed`."""
    say("$ " + shlex.join(command))
    if run(command, cwd=ROOT):
        sys.exit(failed)


def script(name: str) -> Path:
    """Return the path of a command inside .venv, such as python."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def has_display() -> bool:
    """Tell whether a window can be shown: always on Windows and macOS, on Linux if a display or platform is named."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def not_loading(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those shared libraries that the system's loader does not find."""
    packages = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            packages.append(package)
    return packages


def missing_packages() -> tuple[list[str], list[str]]:
    """Return the Debian packages that are missing: those without which nothing works, and those that help."""
    venv = [] if importlib.util.find_spec("ensurepip") else [f"python3.{sys.version_info.minor}-venv"]
    if not sys.platform.startswith("linux"):
        return venv, []
    qt, x11 = not_loading(QT_LIBRARIES), not_loading(X11_LIBRARIES)
    return (venv + qt + x11, []) if os.environ.get("DISPLAY") else (venv + qt, x11)


def ensure_system() -> None:
    """Install missing system packages with apt-get as root; otherwise end with the command that does it."""
    needed, useful = missing_packages()
    if not needed and not useful:
        return
    command = [*APT_INSTALL, *needed, *useful]
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("Installing the system libraries that Qt needs.")
        must(["apt-get", "update", "-q"], "The list of system packages could not be updated.")
        must(command, "System packages could not be installed.")
    elif needed and shutil.which("apt-get"):
        sys.exit(f"System packages are missing; install them with:\n  sudo {shlex.join(command)}")
    elif needed:
        sys.exit(f"System libraries are missing; install what has the name {', '.join(needed)} on Debian.")


def fingerprint() -> dict[str, str]:
    """Return what an installation depends on: where it is, the Python that made it, and the packages asked for."""
    wanted = (ROOT / "constraints.txt").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"root": str(ROOT), "python": python, "packages": hashlib.sha256(wanted).hexdigest()}


def read_stamp() -> dict[str, str]:
    """Return what write_stamp() kept in .venv, or nothing if .venv is missing, half made or not ours."""
    try:
        stamp = json.loads((VENV / "installed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(extra: str) -> None:
    """Keep in .venv what is installed: extra is "" or "dev", or "unfinished" before the installation has ended."""
    (VENV / "installed.json").write_text(json.dumps({**fingerprint(), "extra": extra}), encoding="utf-8")


def is_installed(extra: str) -> bool:
    """Tell whether .venv holds all of today's packages, with the extra ("" or "dev")."""
    stamp = read_stamp()
    complete = stamp.pop("extra", None) in {extra, "dev"} and stamp == fingerprint()
    return complete and script("nn-explorer").exists() and script("python").exists()


def venv_is_usable() -> bool:
    """Tell whether packages can go into .venv as it is: of this Python and place, and not left half filled."""
    stamp, now = read_stamp(), fingerprint()
    if stamp and (stamp.get("extra") == "unfinished" or any(stamp.get(key) != now[key] for key in ("root", "python"))):
        return False
    check = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    probe = [str(script("python")), "-c", check]
    return script("python").exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0


def install(extra: str) -> None:
    """Bring .venv up to date with pyproject.toml and constraints.txt; returns at once if it is."""
    if is_installed(extra):
        return
    ensure_system()
    if not venv_is_usable():
        say("Making .venv anew." if VENV.exists() else "Making .venv.")
        # Not the Python of .venv itself, if that is what runs this: it is about to be cleared.
        python = getattr(sys, "_base_executable", None) or sys.executable
        must([python, "-m", "venv", "--clear", str(VENV)], "The environment .venv could not be made.")
    write_stamp("unfinished")
    say("Installing the packages (PyTorch and Qt are large: this takes some minutes, once).")
    again = "The installation did not finish. Run the same command again: what was downloaded is kept."
    pip = [str(script("python")), "-m", "pip", "install", "--disable-pip-version-check", "--retries", "10"]
    must([*pip, "--quiet", "pip>=25.1"], again)  # the first that resumes a broken download
    target = f".[{extra}]" if extra else "."
    must([*pip, "--resume-retries", "20", "-c", "constraints.txt", "-e", target], again)
    write_stamp(extra)
    say("Installed.")


def test(arguments: list[str]) -> int:
    """Run the tests without a display, on one thread of arithmetic, and return pytest's exit status."""
    env = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"), "OMP_NUM_THREADS": "1"}
    return run([str(script("python")), "-m", "pytest", *arguments], cwd=ROOT, env=env)


def render(project: Path) -> int:
    """Render a project to pictures where no window can be shown, and say how to see more."""
    pictures = ROOT / "pictures"
    say(f"There is no display, so {project.name} is rendered to pictures instead of shown in a window.")
    status = run([str(script("nn-explorer")), "render", str(project), "--out", str(pictures)])
    if status == 0:
        say(f"The pictures are in {pictures}.")
        say("To use the program, run this command on a desktop, through ssh -X, or under xvfb-run;")
        say(f"without one, see: {shlex.quote(str(script('nn-explorer')))} --help")
    return status


def start(arguments: list[str]) -> int:
    """Open the program, or without a display render what it would open; returns the exit status."""
    opens = not arguments or (len(arguments) == 1 and Path(arguments[0]).is_file())
    if opens and not has_display():
        return render(Path(arguments[0]) if arguments else EXAMPLE)
    return run([str(script("nn-explorer")), *(arguments or ["--example", "A1"])])


def main(arguments: list[str]) -> int:
    """Install, then do what the arguments ask; returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
        sys.exit(f"Neural Network Explorer needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if arguments in (["-h"], ["--help"]):
        say((__doc__ or "").strip())
        return 0
    task = arguments[0] if arguments else ""
    install("dev" if task == "test" else "")
    if task == "install":
        return 0
    return test(arguments[1:]) if task == "test" else start(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
