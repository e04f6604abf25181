"""Projects as a person writes them, and their float64 results computed by other means than the program's.

Nothing below uses the program's own numbers: the forward passes are written out with torch's functions, the gradients
are torch's autograd on those, and costs, numeric gradients and updates are spelled out as formulas.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Values = dict[str, Tensor]
Forward = Callable[[Values, Tensor], Values]
EPSILON = 1e-4


@dataclass(frozen=True)
class Case:
    """One project: layers as (id, kind, params), wires, weights' shapes, data, settings, and the forward pass."""

    nodes: tuple[tuple[str, str, dict[str, Any]], ...]
    wires: str
    weights: Mapping[str, tuple[int, ...]]
    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    forward: Forward
    cost: str = "squared_error"
    optimizer: str = "sgd"
    own: Mapping[str, Any] = field(default_factory=lambda: {"lr": 0.3})
    classes: bool = False
    examples: int = 5


def dense(w: Values, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def mlp(w: Values, x: Tensor) -> Values:
    h = dense(w, "h", x)
    a = torch.sigmoid(h)
    y = dense(w, "y", a)
    return {"x": x, "h": h, "a": a, "y": y}


def with_output(function: Callable[[Tensor], Tensor]) -> Forward:
    """The small network with an activation behind it."""

    def forward(w: Values, x: Tensor) -> Values:
        values = mlp(w, x)
        return {**values, "z": function(values["y"])}

    return forward


def residual(w: Values, x: Tensor) -> Values:
    h, g = dense(w, "h", x), dense(w, "g", x)
    t = torch.tanh(h)
    s = t + x + g
    return {"x": x, "h": h, "t": t, "g": g, "s": s, "y": dense(w, "y", s)}


def joined(w: Values, x: Tensor) -> Values:
    p, q = dense(w, "p", x), dense(w, "q", x)
    pr, qe = functional.leaky_relu(p, 0.2), functional.elu(q, 1.5)
    c = torch.cat([pr, x, qe], 1)
    return {"x": x, "p": p, "q": q, "pr": pr, "qe": qe, "c": c, "y": dense(w, "y", c)}


def summed(w: Values, x: Tensor) -> Values:
    h = dense(w, "h", x)
    t = torch.tanh(h)
    return {"x": x, "h": h, "t": t, "s": t.sum(1, keepdim=True)}


def pictures(w: Values, x: Tensor) -> Values:
    c = functional.conv2d(x, w["c.weight"], w["c.bias"], stride=(2, 1), padding=1, dilation=(1, 2), groups=2)
    r = functional.relu(c)
    p = functional.max_pool2d(r, (2, 2))
    f = p.flatten(1)
    return {"x": x, "c": c, "r": r, "p": p, "f": f, "y": dense(w, "y", f)}


def same_size(w: Values, x: Tensor) -> Values:
    c = functional.conv2d(functional.pad(x, (0, 1, 1, 1)), w["c.weight"])  # an even width: the spare zero comes last
    g = functional.gelu(c)
    s = torch.cat([g, x], 1)
    p = functional.max_pool2d(s, (3, 2), (1, 2))
    f = p.flatten(1)
    return {"x": x, "c": c, "g": g, "s": s, "p": p, "f": f, "y": dense(w, "y", f)}


def maps_out(w: Values, x: Tensor) -> Values:
    c = functional.conv2d(x, w["c.weight"], w["c.bias"])
    return {"x": x, "c": c, "z": torch.sigmoid(c)}


def row_dense(w: Values, x: Tensor) -> Values:
    d = functional.dropout(x, 0.5, training=False)
    f = d.flatten(1)
    return {"x": x, "d": d, "f": f, "y": dense(w, "y", f)}


MLP = (("x", "input", {"shape": [3]}), ("h", "dense", {"units": 4}), ("a", "sigmoid", {}), ("y", "dense", {"units": 2}))
MLP_WEIGHTS = {"h.weight": (4, 3), "h.bias": (4,), "y.weight": (2, 4), "y.bias": (2,)}


def small(kind: str = "", params: dict[str, Any] | None = None, function: Any = None, **more: Any) -> Case:
    """The small network, with an output activation if one is named."""
    last = (("z", kind, params or {}),) if kind else ()
    wires = "x>h h>a a>y" + (" y>z" if kind else "")
    return Case(MLP + last, wires, MLP_WEIGHTS, (3,), (2,), with_output(function) if kind else mlp, **more)


CASES: dict[str, Case] = {
    "plain": small(),
    "mse": small(cost="mse"),
    "l1": small(cost="l1"),
    "cross-entropy": small(cost="cross_entropy", own={"lr": 1.0}),
    "class numbers": small(cost="cross_entropy", classes=True),
    "momentum": small(own={"lr": 0.2, "momentum": 0.9}),
    "nesterov": small(own={"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    "nesterov without momentum": small(own={"lr": 0.1, "nesterov": True}),
    "adam": small(optimizer="adam", own={"lr": 0.05}),
    "adam of its own": small(optimizer="adam", own={"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}),
    "sigmoid": small("sigmoid", {}, torch.sigmoid),
    "tanh": small("tanh", {}, torch.tanh),
    "relu": small("relu", {}, functional.relu),
    "leaky relu": small("leaky_relu", {"slope": 0.3}, lambda v: functional.leaky_relu(v, 0.3)),
    "elu": small("elu", {"alpha": 0.7}, lambda v: functional.elu(v, 0.7)),
    "gelu": small("gelu", {}, lambda v: v * 0.5 * (1 + torch.erf(v / 2**0.5))),
    "silu": small("silu", {}, lambda v: v * torch.sigmoid(v)),
    "softplus": small("softplus", {}, lambda v: torch.log1p(torch.exp(v))),
    "softmax": small("softmax", {}, lambda v: torch.exp(v) / torch.exp(v).sum(1, keepdim=True), cost="mse"),
    "log softmax": small("log_softmax", {}, lambda v: v - torch.logsumexp(v, 1, keepdim=True), cost="l1"),
    "identity": small("identity", {}, lambda v: v * 1.0),
    "step": small("step", {}, lambda v: (v > 0).to(v) + 0.0 * v),
    "residual": Case(
        (("x", "input", {"shape": [3]}), ("h", "dense", {"units": 3}), ("t", "tanh", {}),
         ("g", "dense", {"units": 3, "bias": False}), ("s", "add", {}), ("y", "dense", {"units": 1})),
        "x>h h>t x>g t>s x>s:1 g>s:2 s>y",
        {"h.weight": (3, 3), "h.bias": (3,), "g.weight": (3, 3), "y.weight": (1, 3), "y.bias": (1,)},
        (3,), (1,), residual, own={"lr": 0.05, "momentum": 0.5},
    ),
    "branches joined": Case(
        (("x", "input", {"shape": [2]}), ("p", "dense", {"units": 3}), ("q", "dense", {"units": 2, "bias": False}),
         ("pr", "leaky_relu", {"slope": 0.2}), ("qe", "elu", {"alpha": 1.5}), ("c", "concat", {"axis": 0}),
         ("y", "dense", {"units": 2})),
        "x>p x>q p>pr q>qe pr>c:0 x>c:1 qe>c:2 c>y",
        {"p.weight": (3, 2), "p.bias": (3,), "q.weight": (2, 2), "y.weight": (2, 7), "y.bias": (2,)},
        (2,), (2,), joined, optimizer="adam", own={"lr": 0.01},
    ),
    "units summed": Case(
        (("x", "input", {"shape": [1]}), ("h", "dense", {"units": 6}), ("t", "tanh", {}), ("s", "sum", {})),
        "x>h h>t t>s", {"h.weight": (6, 1), "h.bias": (6,)}, (1,), (1,), summed, cost="l1", own={"lr": 0.02},
    ),
    "convolution in groups": Case(
        (("x", "input", {"shape": [2, 6, 6]}),
         ("c", "conv2d", {"filters": 4, "kernel": [3, 2], "stride": [2, 1], "padding": 1, "dilation": [1, 2],
                          "groups": 2}),
         ("r", "relu", {}), ("p", "max_pool2d", {"size": 2}), ("f", "flatten", {}), ("y", "dense", {"units": 3})),
        "x>c c>r r>p p>f f>y",
        {"c.weight": (4, 1, 3, 2), "c.bias": (4,), "y.weight": (3, 12), "y.bias": (3,)},
        (2, 6, 6), (3,), pictures, cost="cross_entropy", own={"lr": 0.05}, classes=True,
    ),
    "same size, joined channels, tiles that overlap": Case(
        (("x", "input", {"shape": [1, 5, 6]}),
         ("c", "conv2d", {"filters": 2, "kernel": [3, 2], "padding": "same", "bias": False}), ("g", "gelu", {}),
         ("s", "concat", {"axis": 0}), ("p", "max_pool2d", {"size": [3, 2], "stride": [1, 2]}), ("f", "flatten", {}),
         ("y", "dense", {"units": 2})),
        "x>c c>g g>s x>s:1 s>p p>f f>y",
        {"c.weight": (2, 1, 3, 2), "y.weight": (2, 27), "y.bias": (2,)},
        (1, 5, 6), (2,), same_size, own={"lr": 0.01, "momentum": 0.9, "nesterov": True},
    ),
    "maps as the output": Case(
        (("x", "input", {"shape": [1, 4, 4]}), ("c", "conv2d", {"filters": 2, "kernel": 3}), ("z", "sigmoid", {})),
        "x>c c>z", {"c.weight": (2, 1, 3, 3), "c.bias": (2,)}, (1, 4, 4), (2, 2, 2), maps_out, cost="mse",
    ),
    "dropout is off": Case(
        (("x", "input", {"shape": [2, 3]}), ("d", "dropout", {"p": 0.5}), ("f", "flatten", {}),
         ("y", "dense", {"units": 1})),
        "x>d d>f f>y", {"y.weight": (1, 6), "y.bias": (1,)}, (2, 3), (1,), row_dense,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A case as a file, and its numbers as arrays."""

    case: Case
    path: Path
    weights: Values
    inputs: Tensor
    targets: Tensor


def write(case: Case, path: Path, batch: int = 2, epochs: int = 3, split: list[float] | None = None) -> Written:
    """The project with numbers of two decimals, drawn from a seed."""
    random = np.random.default_rng(len(case.wires))
    weights = {name: np.round(random.normal(0, 0.6, shape), 2) for name, shape in case.weights.items()}
    inputs = np.round(random.uniform(-1, 1, (case.examples, *case.inputs)), 2)
    targets = np.round(random.uniform(0, 1, (case.examples, *case.targets)), 2)
    if case.cost == "cross_entropy":
        targets = np.eye(case.targets[0])[random.integers(0, case.targets[0], case.examples)]
    edges = []
    for wire in case.wires.split():
        source, _, rest = wire.partition(">")
        target, _, port = rest.partition(":")
        edges.append([source, target, *([int(port)] if port else [])])
    given = targets.argmax(1) if case.classes else targets
    data: dict[str, Any] = {"source": "inline", "params": {"inputs": inputs.tolist(), "targets": given.tolist()}}
    document = {
        "format": "nn-explorer-project",
        "version": 1,
        "network": {"nodes": [{"id": i, "kind": k, "params": p} for i, k, p in case.nodes], "edges": edges},
        "weights": {name: array.tolist() for name, array in weights.items()},
        "data": data | ({"split": split} if split else {}),
        "training": {
            "cost": case.cost, "optimizer": case.optimizer, "optimizer_params": dict(case.own),
            "batch_size": batch, "epochs": epochs, "shuffle": False, "seed": 0,
        },
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    tensors = {name: torch.from_numpy(array) for name, array in weights.items()}
    return Written(case, path, tensors, torch.from_numpy(inputs), torch.from_numpy(targets))


def cost_of_batch(name: str, z: Tensor, t: Tensor) -> Tensor:
    """The cost by its formula."""
    z, t = z.flatten(1), t.flatten(1)
    each = {
        "squared_error": 0.5 * ((t - z) ** 2).sum(1),
        "mse": ((t - z) ** 2).sum(1),
        "l1": (t - z).abs().sum(1),
        "cross_entropy": torch.logsumexp(z, 1) * t.sum(1) - (t * z).sum(1),
    }
    return each[name].mean()


class Reference:
    """The weights and the optimizer's state, moved by formulas."""

    def __init__(self, written: Written) -> None:
        self.case = written.case
        self.weights = {name: tensor.clone() for name, tensor in written.weights.items()}
        self.first = {name: torch.zeros_like(tensor) for name, tensor in self.weights.items()}
        self.second = {name: torch.zeros_like(tensor) for name, tensor in self.weights.items()}
        self.steps = 0

    def cost(self, weights: Values, x: Tensor, t: Tensor) -> Tensor:
        return cost_of_batch(self.case.cost, list(self.case.forward(weights, x).values())[-1], t)

    def gradients(self, x: Tensor, t: Tensor) -> tuple[float, Values, Values, Values]:
        """(cost, values, deltas, gradients)."""
        weights = {name: tensor.clone().requires_grad_() for name, tensor in self.weights.items()}
        values = self.case.forward(weights, x.clone().requires_grad_())
        cost = cost_of_batch(self.case.cost, list(values.values())[-1], t)
        asked = {**values, **weights}
        grads = torch.autograd.grad(cost, list(asked.values()), allow_unused=True)
        found = {n: torch.zeros_like(v) if g is None else g for (n, v), g in zip(asked.items(), grads, strict=True)}
        deltas, gradients = {name: found[name] for name in values}, {name: found[name] for name in weights}
        return cost.item(), values, deltas, gradients

    def numeric(self, x: Tensor, t: Tensor) -> Values:
        found = {}
        for name, tensor in self.weights.items():
            result = torch.empty_like(tensor)
            for place in np.ndindex(*tensor.shape):
                costs = []
                for sign in (1, -1):
                    changed = tensor.clone()
                    changed[place] += sign * EPSILON
                    costs.append(self.cost({**self.weights, name: changed}, x, t))
                result[place] = (costs[0] - costs[1]) / (2 * EPSILON)
            found[name] = result
        return found

    def update(self, gradients: Values) -> None:
        self.steps += 1
        own = self.case.own
        for name, g in gradients.items():
            if self.case.optimizer == "adam":
                b1, b2 = own.get("beta1", 0.9), own.get("beta2", 0.999)
                self.first[name] = b1 * self.first[name] + (1 - b1) * g
                self.second[name] = b2 * self.second[name] + (1 - b2) * g * g
                m, v = self.first[name] / (1 - b1**self.steps), self.second[name] / (1 - b2**self.steps)
                change = m / (v.sqrt() + own.get("eps", 1e-8))
            else:
                mu = own.get("momentum", 0.0)
                self.first[name] = mu * self.first[name] + g
                change = g + mu * self.first[name] if own.get("nesterov") else self.first[name]
            self.weights[name] = self.weights[name] - own["lr"] * change

    def epoch(self, x: Tensor, t: Tensor, batch: int) -> float:
        """One epoch in order: the mean cost of the examples as they were trained on."""
        total = 0.0
        for start in range(0, len(x), batch):
            cost, _, _, gradients = self.gradients(x[start : start + batch], t[start : start + batch])
            total += cost * len(x[start : start + batch])
            self.update(gradients)
        return total / len(x)
