"""The worked example from its definitions, in plain Python: exact, and carried at four decimals."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

WEIGHTS = {
    "w1": 0.10, "w2": 0.20, "w3": 0.12, "w4": 0.17, "w5": 0.05, "w6": 0.40, "w7": 0.33, "w8": 0.07,
    "bw1": 0.80, "bw2": 0.25, "bw3": 0.15, "bw4": 0.70,
}  # fmt: skip
INPUTS, TARGETS, RATE = (0.15, 0.35), (0.0, 1.0), 0.5

PRINTED = {
    "net b1": "0.857", "net b2": "0.3395", "out b1": "0.7020", "out b2": "0.5841", "net c1": "0.3779",
    "net c2": "1.0217", "out c1": "0.5934", "out c2": "0.7353", "local c1": "0.3521", "local c2": "0.070",
    "local sum": "0.4221", "E": "0.21105", "δ c1": "0.1432", "δ c2": "−0.0515", "∂E/∂bw3": "0.1432",
    "∂E/∂bw4": "−0.0515", "∂E/∂w5": "0.1005", "∂E/∂w6": "−0.0362", "∂E/∂w7": "0.0836", "∂E/∂w8": "−0.0301",
    "δ c1·w5": "0.0072", "δ c2·w6": "−0.0206", "∂E/∂out b1": "−0.0134", "∂out b1/∂net b1": "0.2092",
    "δ c1·w7": "0.0473", "δ c2·w8": "−0.0036", "∂E/∂out b2": "0.0437", "∂out b2/∂net b2": "0.2429",
    "∂E/∂w1": "−0.000420492", "∂E/∂w2": "0.00159221", "∂E/∂w3": "−0.000981148", "∂E/∂w4": "0.003715156",
    "δ b1": "−0.0028", "∂E/∂bw1": "−0.0028", "∂E/∂bw2": "0.0106, then 0.016",
    "E(w5+ε)": "0.211045192", "E(w5−ε)": "0.211025091", "numeric ∂E/∂w5": "0.100505", "relative error w5": "9.5e−5",
    "new w8": "0.0851, then 0.0826", "new w7": "0.2882", "new w6": "0.4181", "new w5": "−0.00025", "new w4": "0.1514",
    "new w3": "0.1205", "new w2": "0.1992", "new w1": "0.1002", "new bw4": "0.7258", "new bw3": "0.0784",
    "new bw2": "0.242", "new bw1": "0.814",
}  # fmt: skip
SLIPS = {
    "local c2", "local sum", "E", "∂E/∂w1", "∂E/∂bw2", "E(w5+ε)", "E(w5−ε)", "relative error w5", "new w8", "new w4",
    "new bw2", "new bw1",
}  # fmt: skip


def four(value: float) -> float:
    """To four decimals, halves away from zero, without the noise of binary fractions."""
    return float(Decimal(f"{value:.12g}").quantize(Decimal("0.0001"), ROUND_HALF_UP))


def small(value: float) -> float:
    """To four decimals unless that keeps fewer than three significant digits."""
    return float(f"{value:.12g}") if 0 < abs(four(value)) < 0.01 or four(value) == 0 else four(value)


def exact(value: float) -> float:
    return value


def example(rounded: bool) -> dict[str, float]:
    """Every quantity of the table, by the name that the stepper shows."""
    r: Callable[[float], float] = four if rounded else exact
    s: Callable[[float], float] = small if rounded else exact
    w = WEIGHTS
    v: dict[str, float] = {}
    for b, (one, two, bias) in {"b1": ("w1", "w3", "bw1"), "b2": ("w2", "w4", "bw2")}.items():
        v[f"net {b}"] = r(w[bias] + w[one] * INPUTS[0] + w[two] * INPUTS[1])
        v[f"out {b}"] = r(1 / (1 + math.exp(-v[f"net {b}"])))
    for c, (one, two, bias) in {"c1": ("w5", "w7", "bw3"), "c2": ("w6", "w8", "bw4")}.items():
        v[f"net {c}"] = r(w[bias] + w[one] * v["out b1"] + w[two] * v["out b2"])
        v[f"out {c}"] = r(1 / (1 + math.exp(-v[f"net {c}"])))
    for c, target, bias in (("c1", TARGETS[0], "bw3"), ("c2", TARGETS[1], "bw4")):
        z = v[f"out {c}"]
        v[f"local {c}"] = r((target - z) ** 2)
        v[f"∂E/∂out {c}"] = r(z - target)
        v[f"∂out {c}/∂net {c}"] = r(z * (1 - z))
        v[f"δ {c}"] = r(v[f"∂E/∂out {c}"] * v[f"∂out {c}/∂net {c}"])
        v[f"∂E/∂{bias}"] = s(v[f"δ {c}"])
    v["local sum"] = r(v["local c1"] + v["local c2"])
    v["E"] = r(v["local sum"] / 2)
    for name, b, c in (("w5", "b1", "c1"), ("w6", "b1", "c2"), ("w7", "b2", "c1"), ("w8", "b2", "c2")):
        v[f"∂E/∂{name}"] = s(v[f"∂E/∂out {c}"] * v[f"∂out {c}/∂net {c}"] * v[f"out {b}"])
        v[f"δ {c}·{name}"] = r(v[f"δ {c}"] * w[name])
    for b, one, two, bias in (("b1", "w5", "w6", "bw1"), ("b2", "w7", "w8", "bw2")):
        v[f"∂E/∂out {b}"] = r(v[f"δ c1·{one}"] + v[f"δ c2·{two}"])
        v[f"∂out {b}/∂net {b}"] = r(v[f"out {b}"] * (1 - v[f"out {b}"]))
        v[f"δ {b}"] = r(v[f"∂E/∂out {b}"] * v[f"∂out {b}/∂net {b}"])
        v[f"∂E/∂{bias}"] = s(v[f"δ {b}"])
    for name, b, a in (("w1", "b1", 0), ("w2", "b2", 0), ("w3", "b1", 1), ("w4", "b2", 1)):
        v[f"∂E/∂{name}"] = s(v[f"∂E/∂out {b}"] * v[f"∂out {b}/∂net {b}"] * INPUTS[a])
    for name, weight in w.items():
        v[f"new {name}"] = s(weight - RATE * v[f"∂E/∂{name}"])
    return v


def error(**changed: float) -> float:
    """The total error with some weights changed."""
    w = WEIGHTS | changed

    def f(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    b1, b2 = f(w["bw1"] + w["w1"] * 0.15 + w["w3"] * 0.35), f(w["bw2"] + w["w2"] * 0.15 + w["w4"] * 0.35)
    c1, c2 = f(w["bw3"] + w["w5"] * b1 + w["w7"] * b2), f(w["bw4"] + w["w6"] * b1 + w["w8"] * b2)
    return ((0 - c1) ** 2 + (1 - c2) ** 2) / 2
