"""Rectangles found at once are those that are found one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from ui.editor.boxes import Boxes, touching

NUMBER = st.integers(-40, 40).map(float)
RECT = st.tuples(NUMBER, NUMBER, st.integers(1, 30).map(float), st.integers(1, 30).map(float))


@given(st.lists(RECT, max_size=6), st.lists(RECT, max_size=4), st.integers(0, 9).map(float))
def test_what_comes_near_any_of_several(
    one: list[tuple[float, float, float, float]], two: list[tuple[float, float, float, float]], margin: float
) -> None:
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h in one]).reshape(-1, 4)
    rects = [QRectF(*rect) for rect in two]
    boxes: Boxes[int] = Boxes()
    for place, row in enumerate(corners.tolist()):
        boxes.put(place, *row)
    wide = [rect.adjusted(-margin, -margin, margin, margin) for rect in rects]
    near = {place for rect in wide for place in boxes.within(rect)}
    assert set(np.flatnonzero(touching(corners, rects, margin)).tolist()) == near


@given(st.lists(st.tuples(st.integers(0, 5), RECT, st.booleans()), max_size=12))
def test_the_rectangle_round_all_follows_what_comes_and_goes(
    steps: list[tuple[int, tuple[float, float, float, float], bool]],
) -> None:
    boxes: Boxes[int] = Boxes()
    known: dict[int, QRectF] = {}
    for key, (x, y, w, h), gone in steps:
        if gone:
            boxes.drop(key)
            known.pop(key, None)
        else:
            boxes.put(key, x, y, x + w, y + h)
            known[key] = QRectF(x, y, w, h)
        whole = QRectF()
        for rect in known.values():
            whole = whole.united(rect)
        assert boxes.bounds() == whole
