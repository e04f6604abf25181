"""Commands to the engine and messages from it: frozen dataclasses of numbers, text and numpy arrays.

They are plain data, as if the engine always were another process: each can be pickled, and none refers to torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from explorer.equations import Index
from explorer.project.model import Project
from explorer.stepping.checked import Checked
from explorer.stepping.record import Record
from explorer.stepping.whatif import Changes
from explorer.training import events
from explorer.training.breakpoints import Breakpoint

Array = NDArray[Any]


# Commands


@dataclass(frozen=True)
class Open:
    """Take this project for the runs to come; a run in progress ends first. Weights that it lacks are initialised."""

    run: int
    project: Project


@dataclass(frozen=True)
class Go:
    """Train on: for ``steps`` steps, for ``epochs`` epochs, or (both None) until the settings' epochs are done."""

    steps: int | None = None
    epochs: int | None = None


@dataclass(frozen=True)
class Pause:
    """Halt after the current step; Go continues."""


@dataclass(frozen=True)
class Stop:
    """End the run; the weights stay, and Go starts a new count of epochs."""


@dataclass(frozen=True)
class Set:
    """Change a setting that can change while training (such as lr); it applies at the next step."""

    name: str
    value: Any


@dataclass(frozen=True)
class Watch:
    """What the visible views want in the snapshots; nothing else is computed.

    ``weights``: nodes whose weights to copy. ``values``: nodes whose outputs for example ``sample`` to copy.
    ``curve``: whether to evaluate the network over the range of its one input, at 200 places.
    ``all_weights``: copy every weight (for saving).
    """

    weights: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sample: int = 0
    curve: bool = False
    all_weights: bool = False


@dataclass(frozen=True)
class Trace:
    """Compute the record of ``iterations`` iterations of the examples ``samples`` of a project, in float64.

    Where a layer normalises over the batch, a single example has some that follow it beside it.
    """

    request: int
    project: Project
    samples: tuple[int, ...] = (0,)
    iterations: int = 1


@dataclass(frozen=True)
class TryOut:
    """Compute the record of an iteration with some of its numbers and settings changed; it is answered by Traced."""

    request: int
    record: Record
    changes: Changes


@dataclass(frozen=True)
class SetBreakpoints:
    """Halt at these from now on, also in the runs to come; those that are off are not looked at."""

    points: tuple[Breakpoint, ...] = ()


@dataclass(frozen=True)
class Remember:
    """Keep the last iterations in at most ``memory`` bytes from now on; 0 is none. No more than is free is used."""

    memory: int


@dataclass(frozen=True)
class Revisit:
    """Compute the record of an iteration that is kept, by its number; the example ``first`` of its batch comes first.

    It is answered by Traced.
    """

    request: int
    step: int
    first: int | None = None


@dataclass(frozen=True)
class GoBack:
    """Put the run to where iteration ``step`` began, and rest there; Go then trains on from it, as another branch."""

    step: int


@dataclass(frozen=True)
class Check:
    """Check the gradients of all weights of a record, beside training; it takes the place of an earlier check."""

    request: int
    record: Record


@dataclass(frozen=True)
class CheckOne:
    """Check the gradient of one weight, the one at ``index`` of the array ``name``, with changes of many sizes."""

    request: int
    record: Record
    name: str
    index: Index


@dataclass(frozen=True)
class StopCheck:
    """End the check that is under way; nothing more is told of it."""


@dataclass(frozen=True)
class Close:
    """End the engine."""


Command = (
    Open | Go | Pause | Stop | Set | Watch | Trace | TryOut | SetBreakpoints | Remember | Revisit | GoBack
    | Check | CheckOne | StopCheck | Close
)  # fmt: skip


# Messages


@dataclass(frozen=True)
class Opened:
    """The project is ready to train: its data is loaded, and its weights (all of them, by name) are these."""

    run: int
    device: str
    inputs: Array
    targets: Array
    class_names: tuple[str, ...]
    train: Array
    validation: Array
    test: Array
    weights: Mapping[str, Array]


@dataclass(frozen=True)
class State:
    """What the engine is doing: ``phase`` is ready, running, paused, stopped or finished; ``reason`` says why."""

    run: int
    phase: str
    epoch: int = 0
    step: int = 0
    epochs: int = 0
    reason: str = ""


@dataclass(frozen=True)
class EpochDone(events.EpochDone):
    """The figures of one epoch of a run."""

    run: int


@dataclass(frozen=True)
class Progress:
    """The batch costs since the last Progress: (k,) steps and (k,) costs, and how fast it goes (examples a second).

    ``outputs`` has the (k,) costs of each of several outputs, without their weights.
    """

    run: int
    epoch: int
    step: int
    steps: Array
    costs: Array
    rate: float
    outputs: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """What Watch asked for, at one step. ``curve`` is (2, 200): places and outputs. ``output`` is the sample's."""

    run: int
    epoch: int
    step: int
    weights: Mapping[str, Array] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)
    sample: int = 0
    curve: Array | None = None


@dataclass(frozen=True)
class Halted:
    """Training came to rest (paused, stopped, finished or failed): every weight as it is now."""

    run: int
    epoch: int
    step: int
    weights: Mapping[str, Array]


@dataclass(frozen=True)
class Finished:
    """The run is over: ``reason`` in words, and the figures on the test examples (None without any).

    ``test_outputs`` has those of each of several outputs.
    """

    run: int
    reason: str
    test_cost: float | None
    test_accuracy: float | None
    test_outputs: Mapping[str, events.Score] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """Something went wrong: one sentence; ``node`` and ``step`` where it began. ``details`` is for a log."""

    run: int
    message: str
    node: str | None = None
    step: int | None = None
    details: str = ""


@dataclass(frozen=True)
class Traced:
    """The records that Trace asked for, one per iteration; or why there are none."""

    request: int
    records: tuple[Record, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Hit:
    """Training pauses before the update of iteration ``step``: a sentence by the number of each breakpoint."""

    run: int
    epoch: int
    step: int
    hits: Mapping[int, str]


@dataclass(frozen=True)
class Kept:
    """The iterations ``first`` to ``last`` can be gone back to (none if ``last`` is 0), which takes ``size`` bytes.

    ``needed`` is what one would take, if that is more than there is room for; else 0.
    """

    run: int
    first: int
    last: int
    size: int
    needed: int = 0


@dataclass(frozen=True)
class WentBack:
    """The run is where iteration ``step`` began, with these weights (all of them): what followed is another branch."""

    run: int
    epoch: int
    step: int
    weights: Mapping[str, Array]


@dataclass(frozen=True)
class GradientsChecked:
    """How far a check is: ``done`` of ``total`` weights, and once all are done, ``checks`` by the arrays' names.

    ``curve`` has (epsilon, relative error) of a single weight; ``problem`` says why there is none.
    """

    request: int
    checks: Mapping[str, Checked] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    curve: tuple[tuple[float, float], ...] = ()
    problem: str = ""


Message = (
    Opened | State | EpochDone | Progress | Snapshot | Halted | Finished | Failed | Traced | Hit | Kept | WentBack
    | GradientsChecked
)  # fmt: skip
