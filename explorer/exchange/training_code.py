"""training_code: the functions of an exported program that train its class as a project's settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.exchange.lines import INDENT, Line, function, words
from explorer.exchange.model_code import ModelCode
from explorer.optimizers import optimizer_of
from explorer.project.examples import Examples
from explorer.project.goals import Goal
from explorer.project.restraints import Restraint
from explorer.resolve import Resolved
from explorer.settings import Settings

MEASURED_AT_ONCE = 1000


@dataclass(frozen=True)
class Task:
    """What is trained: the class, what each output is for, what holds weights, the settings, and the examples."""

    code: ModelCode
    resolved: Resolved
    settings: Settings
    goals: Sequence[Goal]
    restraints: Mapping[str, Restraint]
    examples: Examples

    @property
    def scored(self) -> bool:
        """Whether some output tells classes."""
        return bool(self.examples.scoring)

    @property
    def measured(self) -> bool:
        """Whether there are examples besides those that train."""
        return bool(len(self.examples.validation) or len(self.examples.test))

    @property
    def chance(self) -> bool:
        """Whether the same examples may give other outputs while training: by dropout, or by the batch they are in."""
        return not all(layer.kind.by_example for layer in self.resolved.running)

    @property
    def searches(self) -> bool:
        """Whether an update evaluates the cost several times."""
        return optimizer_of(self.settings["optimizer"]).searches

    @property
    def penalised(self) -> bool:
        """Whether weights add to the cost."""
        return any(held.penalised for held in self.restraints.values())

    @property
    def limited(self) -> bool:
        """Whether weights are scaled back after an update."""
        return any(held.max_norm for held in self.restraints.values())

    @property
    def arguments(self) -> str:
        """The model and the data, as arguments with types."""
        one, many = "Tensor", "Sequence[Tensor]"
        taken = one if len(self.resolved.inputs) == 1 else many
        return f"model: {self.code.name}, inputs: {taken}, targets: {one if len(self.goals) == 1 else many}"

    @property
    def predict(self) -> list[str]:
        """What the model makes of a batch, as ``output``, or ``outputs`` and what they should be."""
        given = "inputs[batch]" if len(self.resolved.inputs) == 1 else "*(array[batch] for array in inputs)"
        if len(self.goals) == 1:
            return [f"output, target = model({given}), targets[batch]"]
        calls = [
            f"{goal.cost.id}(outputs[{place}], wanted[{place}]){_over(goal)}" for place, goal in enumerate(self.goals)
        ]
        return [
            f"outputs, wanted = model({given}), [array[batch] for array in targets]",
            *(f"cost{place} = {call}  # {words(goal.node)}"
              for place, (goal, call) in enumerate(zip(self.goals, calls, strict=True))),
        ]  # fmt: skip

    @property
    def cost(self) -> str:
        """The cost of the batch, without penalties."""
        if len(self.goals) == 1:
            return f"{_factor(self.goals[0])}{self.goals[0].cost.id}(output, target){_over(self.goals[0])}"
        return " + ".join(f"{_factor(goal)}cost{place}" for place, goal in enumerate(self.goals))

    @property
    def share(self) -> str:
        """What a batch adds to the sum that is divided by the number of all examples."""
        if len({goal.cost.summed for goal in self.goals}) == 1:
            return f"cost.item() * len({'rows' if self.goals[0].cost.summed else 'batch'})"
        return " + ".join(
            f"{_factor(goal)}cost{place}.item() * len({'rows' if goal.cost.summed else 'batch'})"
            for place, goal in enumerate(self.goals)
        )

    @property
    def right(self) -> str:
        """How many examples of a batch are told right, the mean over the outputs that tell classes."""
        counts = []
        for place, goal in enumerate(self.goals):
            if goal.node in self.examples.scoring:
                ends = "output, target" if len(self.goals) == 1 else f"outputs[{place}], wanted[{place}]"
                counts.append(f"{self.examples.scoring[goal.node]}_right({ends})")
        return counts[0] if len(counts) == 1 else f"({' + '.join(counts)}) / {len(counts)}"


def training_functions(task: Task) -> list[Line]:
    """Everything from the penalties to ``train_epoch``."""
    parts = [_penalty(task), _limit(task), _scores(task), _evaluate(task), _gradient(task), _train_epoch(task)]
    return [line for part in parts for line in part]


def _over(goal: Goal) -> str:
    """What makes one cost of those of the examples of a batch."""
    return ".sum()" if goal.cost.summed else ".mean()"


def _factor(goal: Goal) -> str:
    return "" if goal.weight == 1 else f"{goal.weight!r} * "


def _penalty(task: Task) -> list[Line]:
    if not task.penalised:
        return []
    terms = []
    for held in task.restraints.values():
        weight = _weight(task, held)
        terms += [f"{held.l1!r} * {weight}.abs().sum()"] if held.l1 else []
        terms += [f"0.5 * {held.l2!r} * {weight}.square().sum()"] if held.l2 else []
    body = [f"return {terms[0]}"]
    if len(terms) > 1:
        body = ["return (", f"{INDENT}{terms[0]}", *(f"{INDENT}+ {term}" for term in terms[1:]), ")"]
    told = "What keeps weights small: l1 Σ |w| + ½ l2 Σ w² of the layers that have it."
    return function(f"def penalty(model: {task.code.name}) -> Tensor:", told, *body)


def _limit(task: Task) -> list[Line]:
    if not task.limited:
        return []
    body = []
    for held in task.restraints.values():
        if held.max_norm:
            weight, axes = _weight(task, held), len(task.resolved.layers[held.node].weights[held.part])
            others = [axis for axis in range(axes) if axis != held.unit_axis]
            lengths = f"{weight}.square().sum({others}, keepdim=True).sqrt()" if others else f"{weight}.abs()"
            body += [f"lengths = {lengths}", f"{weight}.div_((lengths / {held.max_norm!r}).clamp(min=1.0))"]
    told = "Scale back the weights into each unit that are longer than their layer allows."
    return function(f"def limit(model: {task.code.name}) -> None:", told, *body, mark="@torch.no_grad()")


def _weight(task: Task, held: Restraint) -> str:
    return f"model.{task.code.paths[held.node]}.{held.part}"


def _scores(task: Task) -> list[Line]:
    """The functions that count right answers."""
    lines: list[Line] = []
    if "largest" in task.examples.scoring.values():
        lines += function(
            "def largest_right(output: Tensor, target: Tensor) -> int:",
            "How many examples have the largest output where the target has its largest number.",
            "return int((output.flatten(1).argmax(1) == target.flatten(1).argmax(1)).sum())",
        )
    if "threshold" in task.examples.scoring.values():
        lines += function(
            "def threshold_right(output: Tensor, target: Tensor) -> int:",
            "How many examples have their output on the side of 0.5 where the target is.",
            "return int(((output > 0.5) == (target > 0.5)).flatten(1).all(1).sum())",
        )
    return lines


def _evaluate(task: Task) -> list[Line]:
    if not task.measured:
        return []
    loop = [*task.predict, f"cost = {task.cost}", f"total += {task.share}"]
    loop += [f"right += {task.right}"] if task.scored else []
    body = ["model.eval()", "total = 0.0", *(["right = 0.0"] if task.scored else [])]
    body += [f"for batch in rows.split({MEASURED_AT_ONCE}):", *(f"{INDENT}{line}" for line in loop)]
    body += ["model.train()", _figures(task)]
    return function(
        f"def evaluate({task.arguments}, rows: Tensor) -> {_figures_type(task)}:",
        f"The cost{_and_accuracy(task)} of the examples at rows, as when the model is used.",
        *body,
        mark="@torch.inference_mode()",
    )


def _gradient(task: Task) -> list[Line]:
    if not task.searches:
        return []
    passes = [*task.predict, f"cost = {task.cost}{_plus_penalty(task)}"]
    told, more = "The cost of a batch and its gradients, at the weights as they are now.", ""
    if task.chance:  # every evaluation of one update must see the same dropout
        passes = ["with torch.random.fork_rng():", f"{INDENT}torch.set_rng_state(chance)", *_indented(passes)]
        told, more = f"{told[:-1]}; chance draws the same again.", ", chance: Tensor"
    return function(
        f"def gradient(optimizer: torch.optim.Optimizer, {task.arguments}, batch: Tensor{more}) -> float:",
        told,
        "optimizer.zero_grad()",
        *passes,
        "cost.backward()",
        "return cost.item()",
    )


def _train_epoch(task: Task) -> list[Line]:
    loop = [*task.predict, f"cost = {task.cost}"]
    if task.searches:
        more = ", chance" if task.chance else ""
        loop.append(f"optimizer.step(partial(gradient, optimizer, model, inputs, targets, batch{more}))")
        loop = ["chance = torch.get_rng_state()", *loop] if task.chance else loop
    else:
        made_small = f"(cost{_plus_penalty(task)})" if task.penalised else "cost"
        loop += ["optimizer.zero_grad()", f"{made_small}.backward()", "optimizer.step()"]
    loop += ["limit(model)"] if task.limited else []
    loop += [f"total += {task.share}", *([f"right += {task.right}"] if task.scored else [])]
    body = ["total = 0.0", *(["right = 0.0"] if task.scored else []), "for batch in rows.split(BATCH_SIZE):"]
    body += [*(f"{INDENT}{line}" for line in loop), _figures(task)]
    return function(
        f"def train_epoch(optimizer: torch.optim.Optimizer, {task.arguments}, rows: Tensor) -> {_figures_type(task)}:",
        f"Go once through the examples at rows: their cost{_and_accuracy(task)} as they were trained on.",
        *body,
    )


def _indented(lines: list[str]) -> list[str]:
    return [f"{INDENT}{line}" for line in lines]


def _plus_penalty(task: Task) -> str:
    return " + penalty(model)" if task.penalised else ""


def _figures(task: Task) -> str:
    return f"return total / len(rows){', right / len(rows)' if task.scored else ''}"


def _figures_type(task: Task) -> str:
    return "tuple[float, float]" if task.scored else "float"


def _and_accuracy(task: Task) -> str:
    return " and accuracy" if task.scored else ""
