"""The gradient check: which weights are changed, in what order, and what is found of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import torch

from explorer.stepping.checked import CURVE, EPSILON, SEEN, Array, Checked, Places
from explorer.stepping.passes import Passes


def all_of(gradients: Mapping[str, Array]) -> dict[str, Places]:
    """Every weight that has a gradient."""
    return {name: np.arange(array.size) for name, array in gradients.items()}


def sample_of(gradients: Mapping[str, Array], most: int) -> dict[str, Places]:
    """At most about ``most`` weights, evenly spread over each array, the first of each among them."""
    stride = max(1, math.ceil(sum(array.size for array in gradients.values()) / most))
    return {name: np.arange(0, array.size, stride) for name, array in gradients.items()}


def affordable(passes: Passes, gradients: Mapping[str, Array], numbers: int) -> int:
    """How many weights can be checked with about so many numbers computed; at least one."""
    count = sum(array.size for array in gradients.values())
    needed = sum(array.size * passes.numbers(name) for name, array in gradients.items())
    return max(1, count if needed <= numbers else count * numbers // needed)


def check_chunks(
    passes: Passes, gradients: Mapping[str, Array], wanted: Mapping[str, Places], epsilon: float = EPSILON
) -> Iterator[tuple[str, Checked]]:
    """The check of the wanted weights, a chunk after the other: whoever takes them may stop, or do other things."""
    for name, places in wanted.items():
        gradient, size = gradients[name], passes.chunk(name)
        for start in range(0, len(places), size):
            chunk = places[start : start + size]
            plus, minus = passes.costs(name, torch.from_numpy(chunk), epsilon).numpy()
            found = Checked(gradient.shape, epsilon, chunk, plus, minus)
            yield name, _with_kinks(passes, name, gradient, found)


def check_weights(
    passes: Passes, gradients: Mapping[str, Array], wanted: Mapping[str, Places], epsilon: float = EPSILON
) -> dict[str, Checked]:
    """The check of the wanted weights at once, by the arrays' names."""
    return gathered(check_chunks(passes, gradients, wanted, epsilon))


def gathered(chunks: Iterator[tuple[str, Checked]]) -> dict[str, Checked]:
    """Chunks put together, by the arrays' names; those of one array are ascending."""
    parts: dict[str, list[Checked]] = {}
    for name, checked in chunks:
        parts.setdefault(name, []).append(checked)
    return {name: _together(own) for name, own in parts.items()}


def error_curve(
    passes: Passes, gradients: Mapping[str, Array], name: str, place: int
) -> tuple[tuple[float, float], ...]:
    """(epsilon, relative error) of one weight's gradient for every epsilon of CURVE."""
    chosen = torch.tensor([place])
    found = []
    for epsilon in CURVE:
        plus, minus = passes.costs(name, chosen, epsilon).numpy()
        checked = Checked(gradients[name].shape, epsilon, chosen.numpy(), plus, minus)
        found.append((epsilon, float(checked.errors(gradients[name])[0])))
    return tuple(found)


def _with_kinks(passes: Passes, name: str, gradient: Array, found: Checked) -> Checked:
    """The corners of the cost, looked for only where the gradients disagree by more than rounding."""
    suspicious = found.errors(gradient) > SEEN
    if suspicious.any():
        suspicious &= ~found.only_rounding(gradient)
    if not suspicious.any():
        return found
    places = torch.from_numpy(found.places[suspicious])
    kinks = passes.kinks(name, places, found.epsilon)
    return Checked(found.shape, found.epsilon, found.places, found.plus, found.minus, kinks)


def _together(parts: list[Checked]) -> Checked:
    places, plus, minus = (
        np.concatenate([getattr(part, field) for part in parts]) for field in ("places", "plus", "minus")
    )
    kinks = {place: kink for part in parts for place, kink in part.kinks.items()}
    return Checked(parts[0].shape, parts[0].epsilon, places, plus, minus, kinks)
