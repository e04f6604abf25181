"""The command ``render``: pictures of the real window, headless."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]


def rendered(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.app", "render", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_workspace_and_view_becomes_a_picture(tmp_path: Path) -> None:
    out = str(tmp_path / "new")
    done = rendered("resources/examples/b2.json", "--out", out, "--size", "1100x700", "--theme", "dark")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    written = [Path(line) for line in done.stdout.split()]
    names = {"build.png", "train.png", "step.png", "home.png", "view-curve.png", "network.svg", "network.png"}
    assert names <= {path.name for path in written}
    for path in (path for path in written if path.suffix == ".png"):
        picture = QImage(str(path))
        assert not picture.isNull()
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
        assert len(colours) > 5, f"{path.name} is empty"
    window = QImage(str(tmp_path / "new" / "build.png"))
    assert (window.width(), window.height()) == (1100, 700)
    assert window.pixelColor(4, 300).lightness() < 80
    assert "<svg" in (tmp_path / "new" / "network.svg").read_text(encoding="utf-8")
    assert QImage(str(tmp_path / "new" / "network.png")).pixelColor(1, 1).lightness() < 80


def test_bad_words_get_a_sentence(tmp_path: Path) -> None:
    for words in (
        ("nothing.json", "--out", str(tmp_path)),
        ("resources/examples/b2.json", "--out", str(tmp_path), "--size", "10x10"),
        ("resources/examples/b2.json", "--out", str(tmp_path), "--theme", "pink"),
        ("resources/examples/b2.json",),
    ):
        done = rendered(*words)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr
