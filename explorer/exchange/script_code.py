"""script_code: a whole program that makes a project's network and trains it as here, and the files that it reads.

It needs torch and numpy; safetensors too, if the weights are in a file. From the same seed it comes to the same costs.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.exchange.lines import Line, function, import_lines, literal, plain, words
from explorer.exchange.model_code import model_code
from explorer.exchange.optimizer_code import optimizer_code
from explorer.exchange.sources import Copied, copied_method
from explorer.exchange.start_code import MOST_INLINE, Start, beside, constants, make_model, start_code
from explorer.exchange.training_code import Task, training_functions
from explorer.project.examples import Examples
from explorer.project.goals import Goal, goals_of
from explorer.project.model import Project
from explorer.project.restraints import restraints_of
from explorer.resolve import Resolved

_DEVICES = {"auto": 'torch.device("cuda" if torch.cuda.is_available() else "cpu")'}
_USED = frozenset({"Path", "Sequence", "math", "partial", "load_file", "ast"})
"""Names that the program may import, besides those of every exported class."""


@dataclass(frozen=True)
class Program:
    """A text, and what lies beside it: contents by what they are called behind the program's name."""

    text: str
    beside: Mapping[str, bytes]


def script_code(project: Project, resolved: Resolved, examples: Examples, stem: str) -> Program:
    """The program of a project that can be trained, to be saved as ``stem``.py."""
    goals = goals_of(project.settings, resolved)
    costs, optimizer = _costs(goals), optimizer_code(project.settings, _parameters(resolved))
    needed = [*(copied for _, copied in costs.values()), optimizer[1]]
    taken = {*_USED, *costs, *(name for copied in needed for name in copied.names)}
    code = model_code(project.network, resolved, project.name, taken)
    task = Task(code, resolved, project.settings, goals, restraints_of(resolved), examples)
    start = start_code(project, resolved, code)
    definitions = dict.fromkeys(text for copied in needed for text in copied.definitions)
    functions = [text for text in definitions if text.startswith(("def ", "class ", "@"))]
    lines = [*_head(project.name, task, start, stem), *_imports(task, start, needed), Line("")]
    lines += [*_constants(task, start, stem), *plain(*(text for text in definitions if text not in functions), "", "")]
    lines += [*code.lines, *plain("", "")]
    for text in (*functions, *(text for text, _ in costs.values())):
        lines += [*plain(*text.split("\n")), *plain("", "")]
    lines += [*make_model(start, code.name, "DEVICE", _dtype(task)), *_load_data(task), *_split(task)]
    lines += [*training_functions(task), *_train(task, optimizer[0])]
    lines += plain('if __name__ == "__main__":', "    train()")
    beside = {"_data.npz": b"" if _inline(examples) else _data_file(task), ".safetensors": start.file}
    text = "\n".join(line.text for line in lines) + "\n"
    return Program(text, {name: content for name, content in beside.items() if content})


def _costs(goals: tuple[Goal, ...]) -> dict[str, tuple[str, Copied]]:
    """The functions of the costs, by their ids, and what each needs."""
    return {
        goal.cost.id: copied_method(type(goal.cost).__module__, type(goal.cost).__name__, "torch_costs", goal.cost.id)
        for goal in goals
    }


def _parameters(resolved: Resolved) -> str:
    """What the optimizer changes."""
    if any(layer.frozen and layer.weights for layer in resolved.running):
        return "[weight for weight in model.parameters() if weight.requires_grad]"
    return "model.parameters()"


def _head(title: str, task: Task, start: Start, stem: str) -> list[Line]:
    """What the program is and needs."""
    name, installed, files = words(stem), ["torch", "numpy"], []
    if not _inline(task.examples):
        files.append(f"{name}_data.npz")
    if start.file:
        files.append(f"{name}.safetensors")
        installed.append("safetensors")
    beside = f", and {' and '.join(files)} beside it" if files else ""
    return plain(
        f'"""{words(title) or task.code.name} as a PyTorch module with its training, from Neural Network Explorer.',
        "",
        f"Run it to train: python {name}.py. It needs {' and '.join(installed)}{beside}.",
        '"""',
        "",
    )


def _imports(task: Task, start: Start, needed: list[Copied]) -> list[Line]:
    statements = {"import torch", "from torch import Tensor", *task.code.imports}
    statements |= {statement for copied in needed for statement in copied.imports}
    if not _inline(task.examples) or task.measured:
        statements.add("import numpy as np")
    if not _inline(task.examples) or start.file:
        statements.add("from pathlib import Path")
    if start.file:
        statements.add("from safetensors.torch import load_file")
    if task.searches:
        statements.add("from functools import partial")
    if "Sequence[" in task.arguments:  # the network's own class may be called Sequence2
        statements.add("from collections.abc import Sequence")
    if task.settings["stop_change"]:
        statements.add("import math")
    return import_lines(statements)


def _constants(task: Task, start: Start, stem: str) -> list[Line]:
    settings = task.settings
    lines = [] if _inline(task.examples) else plain(f"DATA = {beside(f'{stem}_data.npz')}")
    lines += plain(
        f"SEED = {settings['seed']!r}",
        f"EPOCHS = {settings['epochs']!r}",
        f"BATCH_SIZE = {settings['batch_size']!r}",
        f"DEVICE = {_DEVICES.get(settings['device'], literal(settings['device']))}",
    )
    if settings["stop_change"]:
        lines += plain(f"STOP_CHANGE = {settings['stop_change']!r}")
    if _inline(task.examples):
        for name, arrays in (("INPUTS", task.examples.entering), ("TARGETS", task.examples.wanted)):
            rows = [array.tolist() for array in arrays.values()]
            lines += _table(name, rows[0] if len(rows) == 1 else rows)
    lines += constants(start, stem)
    return lines


def _table(name: str, rows: list[Any]) -> list[Line]:
    """Nested lists, on one line if they fit."""
    short = f"{name} = {rows!r}"
    return plain(short) if len(short) <= 100 else plain(f"{name} = [", *(f"    {row!r}," for row in rows), "]")


def _dtype(task: Task) -> str:
    return f"torch.{task.settings['precision']}"


def _inline(examples: Examples) -> bool:
    """Whether all examples are written into the program."""
    arrays = (*examples.entering.values(), *examples.wanted.values())
    return sum(array.size for array in arrays) <= MOST_INLINE


def _data_file(task: Task) -> bytes:
    """The examples, in the precision that the program computes with."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, given in (("inputs", task.examples.entering), ("targets", task.examples.wanted)):
        for place, array in enumerate(given.values()):
            arrays[name if len(given) == 1 else f"{name}{place}"] = array.astype(task.settings["precision"])
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _load_data(task: Task) -> list[Line]:
    inline = _inline(task.examples)
    results, types = [], []
    for name, given in (("inputs", task.examples.entering), ("targets", task.examples.wanted)):
        single, wide = len(given) == 1, inline and _dtype(task) != "torch.float32"
        dtype = f", dtype={_dtype(task)}" if wide else ""
        rows = (name.upper() if inline else f'data["{name}"]') if single else "rows"
        tensor = f"torch.tensor({rows}{dtype}, device=DEVICE)"
        if not single:
            source = name.upper() if inline else f'(data[f"{name}{{place}}"] for place in range({len(given)}))'
            tensor = f"[{tensor} for rows in {source}]"
        results.append(tensor)
        types.append("Tensor" if single else "list[Tensor]")
    body = [f"{name} = {result}" for name, result in zip(("inputs", "targets"), results, strict=True)]
    if not inline:
        body = ["with np.load(DATA) as data:", *(f"    {line}" for line in body)]
    told = "The inputs and the targets of all examples."
    return function(f"def load_data() -> tuple[{', '.join(types)}]:", told, *body, "return inputs, targets")


def _split(task: Task) -> list[Line]:
    """Which examples do what, as it is drawn here."""
    if not task.measured:
        return []
    counts = [len(rows) for rows in (task.examples.train, task.examples.validation, task.examples.test)]
    return function(
        "def split() -> tuple[Tensor, ...]:",
        "The numbers of the examples for training, validation and test, drawn by the seed.",
        f"order = np.random.default_rng(SEED).permutation({sum(counts)})",
        f"return torch.from_numpy(order).split({counts})",
    )


def _train(task: Task, optimizer: str) -> list[Line]:
    """The function that does it all."""
    examples, settings = task.examples, task.settings
    rows = "train_rows, validation_rows, test_rows = split()"
    body = ["model = make_model()", "inputs, targets = load_data()"]
    body.append(rows if task.measured else f"train_rows = torch.arange({len(examples)})")
    body.append(f"optimizer = {optimizer}")
    body += ["order = torch.Generator().manual_seed(SEED)"] if settings["shuffle"] else []
    body += ["torch.manual_seed(SEED)  # for chance while training, however the weights were made"] * task.chance
    body += ["last = math.inf"] if settings["stop_change"] else []
    body += ["history = []", "for epoch in range(1, EPOCHS + 1):", *(f"    {line}" for line in _epoch(task))]
    if len(examples.test):
        body += [_measured("test", "evaluate(model, inputs, targets, test_rows)", task)]
        shown = ", ".join(f'"test {kind}", round(test_{kind}, 6)' for kind in _kinds(task))
        body.append(f"print({shown})")
    told = "Train from the seed; returns the figures of every epoch."
    return function("def train() -> list[dict[str, float]]:", told, *body, "return history")


def _epoch(task: Task) -> list[str]:
    """What happens in one epoch."""
    shuffled = ["rows = train_rows[torch.randperm(len(train_rows), generator=order)]"] * task.settings["shuffle"]
    rows = "rows" if shuffled else "train_rows"
    body = [*shuffled, _measured("train", f"train_epoch(optimizer, model, inputs, targets, {rows})", task)]
    body.append(f"figures = {_figures('train', task)}")
    if len(task.examples.validation):
        body.append(_measured("validation", "evaluate(model, inputs, targets, validation_rows)", task))
        body.append(f"figures |= {_figures('validation', task)}")
    body += ["history.append(figures)"]
    body.append('print(f"epoch {epoch}:", ", ".join(f"{name} {value:.6g}" for name, value in figures.items()))')
    if task.settings["stop_change"]:
        body += ["if abs(last - train_cost) < STOP_CHANGE:", "    break", "last = train_cost"]
    return body


def _kinds(task: Task) -> tuple[str, ...]:
    return ("cost", "accuracy") if task.scored else ("cost",)


def _measured(name: str, call: str, task: Task) -> str:
    return f"{', '.join(f'{name}_{kind}' for kind in _kinds(task))} = {call}"


def _figures(name: str, task: Task) -> str:
    pairs = ", ".join(f'"{name} {kind}": {name}_{kind}' for kind in _kinds(task))
    return f"{{{pairs}}}"
