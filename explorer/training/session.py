"""Session: one project being trained: the module, its data on the device, the optimizer, and where it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from explorer.compiler import CompiledNetwork, compile_project
from explorer.memory import free_memory
from explorer.objective import Objective
from explorer.optimizers import optimizer_of
from explorer.params import ParamError
from explorer.project.check import RunProblem, batch_problem, check_project
from explorer.project.examples import Examples, load_examples
from explorer.project.goals import goals_of
from explorer.project.model import Project
from explorer.settings import LIVE_SETTINGS, change
from explorer.training.bottleneck import bottleneck_for
from explorer.training.chance import chance_of, set_chance
from explorer.training.events import Score
from explorer.training.tally import Tally

if TYPE_CHECKING:
    from explorer.training.history import History, Pass
    from explorer.training.watching import Watch

CHUNK_NUMBERS = 1 << 24


@dataclass(frozen=True)
class Passed:
    """A forward pass of a batch: what each output put out, what each cost, and the total with all penalties."""

    outputs: tuple[Tensor, ...]
    costs: tuple[Tensor, ...]
    total: Tensor

    def numbers(self) -> tuple[float, list[float]]:
        """The total, and the cost of each output without its weight; a number that is both is fetched once."""
        total = float(self.total.detach())
        return total, [total if cost is self.total else float(cost.detach()) for cost in self.costs]


class Session:
    """A project on a device. Raises RunProblem or DataProblem if it cannot be trained.

    It seeds torch's generator of this process, which dropout draws from: two sessions that train by turns would
    disturb each other's dropout, so an engine has one at a time.
    """

    def __init__(self, project: Project, device: str | None = None) -> None:
        resolved, problems = check_project(project, free_memory())
        if problems:
            raise RunProblem(problems[0].message, problems[0].node)
        self.project = project
        self.settings = project.settings
        self.examples: Examples = load_examples(project, resolved)
        if not len(self.examples.train):
            raise RunProblem("There are no examples to train on.")
        batch = min(project.settings["batch_size"], len(self.examples.train))
        sentence = batch_problem(project, resolved, batch, free_memory())
        if sentence:
            raise RunProblem(sentence)
        self.device = pick_device(device or self.settings["device"])
        self.dtype = torch.float64 if self.settings["precision"] == "float64" else torch.float32
        self.module: CompiledNetwork = compile_project(project, resolved, self.dtype).to(self.device)
        self.objective = Objective(self.module, goals_of(self.settings, resolved))
        weights = self.module.weights()
        self.parameters: dict[str, Tensor] = {name: weight for name, weight in weights.items() if weight.requires_grad}
        self.buffers = [tensor for name, tensor in self.module.kept().items() if name not in weights]
        self._backup = [tensor.detach().clone() for tensor in (*self.parameters.values(), *self.buffers)]
        self.optimizer = self._optimizer()
        self.inputs = [self._tensor(self.examples.entering[node]) for node in self.module.inputs]
        self.targets = [self._tensor(self.examples.wanted[node]) for node in self.module.outputs]
        self.bottleneck = bottleneck_for(self.module, self.inputs, free_memory(), self._at_once())
        # Its own generator, so that the order of examples depends on the seed alone.
        self.order = torch.Generator().manual_seed(self.settings["seed"])
        torch.manual_seed(self.settings["seed"])
        self.epoch = 0
        self.step = 0
        self.updates = 0
        self.draws = any(isinstance(module, torch.nn.Dropout) for module in self.module.modules())
        self._chance: Tensor | None = None
        self._differentiated: Tensor | None = None
        self.broken = False
        """Whether the cost is not finite, and the update that made it so has still to be taken back."""
        self.history: History | None = None
        self.watch: Watch | None = None
        """Looks for breakpoints; None while there are none."""

    def restart(self) -> None:
        """Begin a new count of epochs and steps from the weights as they are; the optimizer keeps its state."""
        self.epoch = self.step = 0

    def set(self, name: str, value: Any) -> None:
        """Change a live setting; raises ParamError if it does not fit. The optimizer keeps its state."""
        if name in self.settings.values and name not in LIVE_SETTINGS:
            raise ParamError(f"{name} cannot change while training: end the run first.")
        self.settings = change(self.settings, name, value)
        if name in self.settings.optimizer_params and self.optimizer is not None:
            fresh = self._optimizer()
            if fresh is not None:
                own = fresh.param_groups[0]
                for group in self.optimizer.param_groups:
                    group.update({key: own[key] for key in own if key != "params"})

    def begin(self, under: Pass) -> None:
        """An iteration begins: note what it starts from, so that it can be gone back to, and drawn again."""
        if self.draws:
            self._chance = chance_of(self.device)
        if self.history is not None:
            self.history.keep(self, under, self._chance)

    def forward(self, rows: Tensor) -> Passed:
        """A pass of the examples at ``rows``, with the graph for gradients."""
        if self.bottleneck is not None:
            outputs = self.bottleneck.outputs(rows)
        else:
            outputs = self.objective.outputs([inputs[rows] for inputs in self.inputs])
        costs = self.objective.costs(outputs, [targets[rows] for targets in self.targets])
        return Passed(outputs, costs, self.objective.total(costs))

    def cost_in_use(self, rows: Tensor) -> float:
        """The total cost of the examples at ``rows``, with dropout off; it may be infinite or NaN."""
        with self._in_use():
            return float(self.forward(rows).total)

    def update(self, total: Tensor, rows: Tensor) -> None:
        """Change the weights against the gradient of ``total``, that of ``rows``; ``restore`` takes it back."""
        if self.optimizer is None or not total.requires_grad:
            return
        with torch.no_grad():
            torch._foreach_copy_(self._backup[: len(self.parameters)], list(self.parameters.values()))
            for kept, buffer in zip(self._backup[len(self.parameters) :], self.buffers, strict=True):
                # A variance can be infinite while the cost is not.
                kept.copy_(torch.where(torch.isfinite(buffer), buffer, kept))
        if optimizer_of(self.settings["optimizer"]).searches:
            self.optimizer.step(lambda: float(self._with_gradients(rows)))
        else:
            self.differentiate(total)
            self.optimizer.step()
        self._differentiated = None
        self.updates += 1
        self.objective.limit()

    def differentiate(self, total: Tensor) -> None:
        """Leave the gradients of ``total`` with the weights, for the update or to be looked at before it."""
        if self.optimizer is not None and total.requires_grad and self._differentiated is not total:
            self.optimizer.zero_grad(set_to_none=True)
            total.backward()  # type: ignore[no-untyped-call]
            self._differentiated = total

    def _with_gradients(self, rows: Tensor) -> Tensor:
        """The total cost and its gradients at the weights as they are; dropout draws what it drew for the batch."""
        assert self.optimizer is not None
        self.optimizer.zero_grad(set_to_none=True)
        with torch.random.fork_rng([self.device] if self.device.type == "cuda" else []):
            if self._chance is not None:
                set_chance(self.device, self._chance)
            total = self.forward(rows).total
        total.backward()  # type: ignore[no-untyped-call]
        return total.detach()

    def restore(self) -> None:
        """Take back the last update; the optimizer forgets its state, which may not be finite either."""
        with torch.no_grad():
            if self._backup:
                torch._foreach_copy_([*self.parameters.values(), *self.buffers], self._backup)
        self.broken = False
        self.renew_optimizer()

    def renew_optimizer(self) -> None:
        """Let the optimizer forget its state."""
        self.optimizer, self.updates = self._optimizer(), 0

    def finite(self) -> bool:
        """Whether every weight that is trained, and every running mean or variance, is a finite number."""
        return all(bool(torch.isfinite(tensor).all()) for tensor in (*self.parameters.values(), *self.buffers))

    def first_not_finite(self, rows: Tensor) -> str:
        """The first node, in order, whose output for these examples is not finite; the last if all are."""
        with torch.no_grad():
            values = self.module.values(*[inputs[rows] for inputs in self.inputs])
        for node, value in values.items():
            if not bool(torch.isfinite(value).all()):
                return node
        return self.module.outputs[-1]

    def correct(self, outputs: tuple[Tensor, ...], rows: Tensor) -> dict[str, int]:
        """How many of the examples at ``rows`` each output that tells classes told right."""
        right = {}
        for node, output, targets in zip(self.module.outputs, outputs, self.targets, strict=True):
            if node in self.examples.scoring:
                found, wanted = output.detach().flatten(1), targets[rows].flatten(1)
                if self.examples.scoring[node] == "largest":
                    told = found.argmax(1) == wanted.argmax(1)
                else:
                    told = ((found > 0.5) == (wanted > 0.5)).all(1)
                right[node] = int(told.sum())
        return right

    def mistake(self, row: int) -> str:
        """What the first output that tells an example wrong says of it, ``4, not 9``; "" if none does."""
        found = self.values(np.array([row]))
        for node, scoring in self.examples.scoring.items():
            told, wanted = (array.reshape(-1) for array in (found[node], self.examples.wanted[node][row]))
            if scoring == "largest" and told.argmax() != wanted.argmax():
                names = self.examples.class_names
                named = len(names) == told.size
                words = [names[place] if named else f"class {place}" for place in (told.argmax(), wanted.argmax())]
                return f"{words[0]}, not {words[1]}"
            if scoring != "largest" and ((told > 0.5) != (wanted > 0.5)).any():
                return "wrong"
        return ""

    def tally(self) -> Tally:
        """Where the figures of batches are added up."""
        return Tally(self.objective, self.examples.scoring)

    def measure(self, rows: np.ndarray) -> Score:
        """The figures on examples, with dropout off and without penalties."""
        tally = self.tally()
        with self._in_use():
            for chunk in np.array_split(rows, -(-len(rows) // self._at_once())) if len(rows) else ():
                places = torch.from_numpy(chunk).to(self.device)
                passed = self.forward(places)
                tally.add(passed.numbers()[1], self.correct(passed.outputs, places), len(chunk))
        return tally.score()

    def _at_once(self) -> int:
        """How many examples are measured at once: as many as make the largest layer's output CHUNK_NUMBERS."""
        largest = max(math.prod(layer.shape or ()) for layer in self.module.resolved.running)
        return min(1024, max(1, CHUNK_NUMBERS // max(1, largest)))

    def values(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Every node's output for examples, with dropout off, as numpy arrays."""
        with self._in_use():
            places = torch.from_numpy(rows).to(self.device)
            values = self.module.values(*[inputs[places] for inputs in self.inputs])
        return {node: value.cpu().numpy() for node, value in values.items()}

    def outputs(self, inputs: np.ndarray) -> np.ndarray:
        """What a network with one input and one output puts out for inputs (n, *shape), with dropout off."""
        with self._in_use():
            (found,) = self.objective.outputs([self._tensor(inputs)])
        result: np.ndarray = found.cpu().numpy()
        return result

    def weights(self) -> Mapping[str, np.ndarray]:
        """Copies of everything that a project keeps; without an update that made the cost not finite."""
        arrays = self.module.weight_arrays()
        if self.broken:
            buffers = [name for name in arrays if name not in self.module.weights()]
            before = zip([*self.parameters, *buffers], self._backup, strict=True)
            arrays |= {name: tensor.cpu().numpy().copy() for name, tensor in before}
        return arrays

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Dropout off and no gradients, as when the network is used; training goes on whatever happens inside."""
        self.module.eval()
        try:
            with torch.inference_mode():
                yield
        finally:
            self.module.train()

    def _optimizer(self) -> torch.optim.Optimizer | None:
        if not self.parameters:
            return None
        return optimizer_of(self.settings["optimizer"]).create(self.parameters.values(), self.settings.optimizer_params)

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device, self.dtype)


@contextmanager
def flushing() -> Iterator[None]:
    """Within, this thread takes numbers below 1e-38 for 0: they would make a step many times slower.

    It is a setting of the processor, so it must not stay on for whatever else the thread computes.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def pick_device(wish: str) -> torch.device:
    """The device for auto, cpu, cuda, cuda:i or mps; raises RunProblem if this machine lacks it."""
    if wish == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, number = wish.partition(":")
    if kind == "cpu" and not number:
        return torch.device("cpu")
    if kind == "cuda" and (not number or number.isdigit()):
        if not torch.cuda.is_available():
            raise RunProblem("This machine has no CUDA device that PyTorch can use; choose auto or cpu.")
        if number and int(number) >= torch.cuda.device_count():
            raise RunProblem(f"There is no device {wish}: this machine has {torch.cuda.device_count()}.")
        return torch.device(wish)
    if wish == "mps":
        if not torch.backends.mps.is_available():
            raise RunProblem("This machine has no Metal device (mps); choose auto or cpu.")
        return torch.device("mps")
    raise RunProblem(f"A device is auto, cpu, cuda, cuda:0 or mps; {wish!r} is not.")
