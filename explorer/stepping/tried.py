"""try_out: the record of an iteration with some of its given numbers and settings changed; the project stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from explorer.optimizers import optimizer_of
from explorer.project.check import RunProblem
from explorer.stepping.beginning import Beginning, masks_in
from explorer.stepping.compute import compute_records
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes


def try_out(record: Record, changes: Changes) -> Record:
    """The same iteration of the same examples, from the same state of the optimizer, with the changes.

    Another optimizer begins anew. Raises RunProblem, DataProblem or ParamError.
    """
    project = changes.to_settings(replace(record.project, weights=changes.to_weights(record.project.weights)))
    updates = record.iteration - 1
    same = project.settings["optimizer"] == record.setting("optimizer")
    state = _state(record, updates) if updates and same else {}
    beginning = Beginning(record.step, updates, state, masks_in(record))
    (tried,) = compute_records(project, record.samples, quick=True, beginning=beginning, changes=changes)
    return tried


def _state(record: Record, updates: int) -> Mapping[str, Mapping[str, Any]]:
    """The optimizer's state before the update, as torch keeps it."""
    own = optimizer_of(record.setting("optimizer"))
    if own.searches:
        raise RunProblem(
            f"{own.title} remembers more than is shown here, so what if is answered in its first iteration alone."
        )
    return {
        name: {
            "step": torch.tensor(float(updates)),
            **{key: torch.tensor(record.states_before[name, state]) for state, key in own.torch_states.items()},
        }
        for name in record.gradients
    }
