"""One measurement in a process of its own, so that none sees the memory or the caches of another.

``python -m ui.bench.child CASE COUNT`` prints its figures as one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from ui.bench.editors import nodegraphqt, ours
from ui.bench.stepping import check, stepper, typesetting, wide
from ui.bench.window import large, window

CASES: dict[str, Callable[[QApplication, int], dict[str, float]]] = {
    "ours": ours,
    "nodegraphqt": nodegraphqt,
    "window": window,
    "large": large,
    "stepper": stepper,
    "typesetting": typesetting,
    "wide": wide,
    "check": check,
}


def main(case: str, count: int) -> None:
    """Measure a case, and print its figures."""
    application = QApplication(["bench"])
    print(json.dumps(CASES[case](application, count)))
    sys.stdout.flush()
    # What is left of windows can crash Qt at its end, and nobody needs it any more.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
