"""A program that is killed while it saves never loses the file that was there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.project.format import load_project
from tests.explorer.project.test_format import BY_HAND

ROOT = Path(__file__).resolve().parents[3]
SAVE_FOREVER = """
import itertools, sys
from dataclasses import replace
import numpy as np
from explorer.project.format import load_project, save_project
project = replace(load_project(sys.argv[1]), weights={"h.weight": np.zeros((2, 100_000))})
for count in itertools.count():
    save_project(replace(project, name=f"save {count}"), sys.argv[2])
    if count == 0:
        print("saving", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of POSIX")
def test_the_file_opens_after_every_kill(tmp_path: Path) -> None:
    source, target = tmp_path / "by_hand.json", tmp_path / "p.nnx"
    source.write_text(BY_HAND, encoding="utf-8")
    moments, names = random.Random(0), set()
    for _ in range(8):
        words = [sys.executable, "-c", SAVE_FOREVER, str(source), str(target)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.05))  # the moment is the test's subject: any will do
            process.kill()
        names.add(load_project(target).name)
    assert len(names) > 1
