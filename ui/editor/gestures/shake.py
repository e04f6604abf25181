"""Shake: feels that the pointer goes quickly to and fro, as to shake something off."""

from __future__ import annotations

_LEAST = 14
"""A way of fewer pixels is no turn: hands tremble."""
_TURNS = 4
_WITHIN = 900
"""Milliseconds that the turns may take together."""


class Shake:
    """Counts how often the pointer turns round, left to right or back."""

    def __init__(self) -> None:
        self._extreme: int | None = None
        self._way = 0
        self._turns: list[int] = []

    def felt(self, x: int, time: int) -> bool:
        """The pointer is here (pixels) at a time (ms); returns whether it has been shaken."""
        if self._extreme is None:
            self._extreme = x
        way = (x > self._extreme) - (x < self._extreme)
        if way == self._way or not self._way:
            if way:
                self._extreme, self._way = x, way
        elif way and abs(x - self._extreme) >= _LEAST:
            self._extreme, self._way = x, way
            self._turns = [*(turn for turn in self._turns if time - turn <= _WITHIN), time]
        return len(self._turns) >= _TURNS
