"""Masks: what dropout dropped in an iteration of training, drawn anew from the state that chance had."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import dropout

from explorer.compiler import compile_project
from explorer.project.model import Project
from explorer.training.chance import set_chance
from explorer.training.history import Moment
from explorer.training.session import Session

Masks = dict[str, NDArray[np.float64]]


def project_at(session: Session, moment: Moment) -> Project:
    """The session's project with the weights, running statistics and settings that an iteration began with."""
    arrays, kept = moment.arrays(), session.module.kept()
    buffers = [name for name in kept if name not in session.module.weights()]
    found = {name: tensor.numpy() for (name, key), tensor in arrays.items() if name and not key}
    found |= {name: arrays["", str(place)].numpy() for place, name in enumerate(buffers)}
    return replace(session.project, weights={**session.module.weight_arrays(), **found}, settings=moment.settings)


@torch.no_grad()
def masks_of(session: Session, moment: Moment) -> Masks:
    """By dropout layer, (batch, *shape): 1 where a number of the iteration's batch was kept, 0 where it was dropped.

    A copy of the network passes the batch with chance as it was; the session stays as it is.
    """
    if moment.chance is None:
        return {}
    masks: Masks = {}
    module = compile_project(project_at(session, moment), session.module.resolved, session.dtype)
    module = module.to(session.device).train()
    devices = [session.device] if session.device.type == "cuda" else []
    for node, _, layer in module.plan:
        if isinstance(layer, nn.Dropout):
            layer.register_forward_pre_hook(partial(_drawn, masks, node, devices))
    with torch.random.fork_rng(devices):
        set_chance(session.device, moment.chance)
        module(*[inputs[moment.rows] for inputs in session.inputs])
    return masks


def _drawn(masks: Masks, node: str, devices: list[torch.device], layer: nn.Dropout, given: Any) -> None:
    """What the layer is about to draw; it draws the same for any numbers of this shape."""
    with torch.random.fork_rng(devices):
        ones: Tensor = torch.ones_like(given[0])
        masks[node] = (dropout(ones, layer.p) != 0).double().cpu().numpy()
