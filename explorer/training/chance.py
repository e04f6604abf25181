"""Chance: the state of torch's generator, from which dropout draws, so that the same can be drawn again."""

from __future__ import annotations

import torch
from torch import Tensor


def chance_of(device: torch.device) -> Tensor:
    """The state of the generator of a device, as bytes."""
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device)
    return torch.mps.get_rng_state() if device.type == "mps" else torch.get_rng_state()


def set_chance(device: torch.device, state: Tensor) -> None:
    """Put the generator of a device back to a state that ``chance_of`` gave."""
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    elif device.type == "mps":
        torch.mps.set_rng_state(state)
    else:
        torch.set_rng_state(state)
