"""Round numbers for axes, and how they are written; pure functions."""

from __future__ import annotations

import math

MINUS = "\u2212"


def nice_step(span: float, parts: int) -> float:
    """The round step (1, 2, 2.5, 5 times a power of ten) that cuts ``span`` into about ``parts``."""
    raw = span / max(1, parts)
    if not math.isfinite(raw) or raw <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))


def nice_ticks(low: float, high: float, parts: int, whole: bool = False) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``; ``whole`` numbers only if asked for."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        high = low + 1.0 if math.isfinite(low) else 1.0
        low = low if math.isfinite(low) else 0.0
    step = nice_step(high - low, parts)
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick with as many decimals as ``step`` has, a real minus, and no more figures than needed."""
    if value == 0 or abs(value) < step / 1e6:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        figures, _, power = f"{value:.3g}".partition("e")
        return (f"{figures}e{int(power)}" if power else figures).replace("-", MINUS)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step, places) != step and abs(round(step, places) - step) > step * 1e-6:
        places += 1
    return f"{value:,.{places}f}".replace("-", MINUS)


def best_columns(count: int, tile_aspect: float, box_aspect: float) -> int:
    """How many columns make ``count`` tiles (width / height = ``tile_aspect``) largest in a box of ``box_aspect``."""

    def size(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(box_aspect / (columns * tile_aspect), 1.0 / rows)

    return max(range(1, max(1, count) + 1), key=lambda columns: (size(columns), -columns))
