"""Rules: the equation of every quantity of one iteration, found by its role; nothing is computed here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.activation import Activation
from explorer.equations import Apply, Difference, Expr, Index, Number, Product, Quantity, Quotient, Ref, Sum, total
from explorer.kind import MASK, Place, Shape
from explorer.optimizer import UpdatePlace
from explorer.optimizers import optimizer_of
from explorer.project.goals import Goal, goals_of
from explorer.project.restraints import Restraint, restraints_of
from explorer.resolve import Resolved, resolve
from explorer.stepping.lengths import Lengths
from explorer.stepping.places import Places
from explorer.stepping.record import Record

TERMS_SHOWN = 16
"""Sums that go back over more terms than this are written as one step, not a step per term."""
EQUATIONS_KEPT = 64
"""As many equations are kept as one step asks for again and again; those of wide layers are long."""
WEIGHTS_WRITTEN = 1000
"""With more weights than this, sums over all of them are told as numbers, without their formula."""


class Rules:
    """The equations of one record's quantities. Given data (inputs, weights, targets) has none."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.resolved: Resolved = resolve(record.project.network)
        self.goals: dict[str, Goal] = {goal.node: goal for goal in goals_of(record.project.settings, self.resolved)}
        self.restraints = restraints_of(self.resolved)
        self.optimizer = optimizer_of(record.setting("optimizer"))
        self.batch = len(record.samples)
        self.output = next(iter(self.goals))
        self.lengths = Lengths(
            self.resolved, self.batch, {node for node, goal in self.goals.items() if goal.cost.classes}
        )
        self.place = lru_cache(maxsize=4096)(self._place)
        self.update = lru_cache(maxsize=256)(self._update)
        self.equation = lru_cache(maxsize=EQUATIONS_KEPT)(self._equation)
        self.medians: dict[Quantity, float] = {}
        """Of arrays of the record, the median sizes that were asked for: by the array, as a quantity."""

    def _equation(self, q: Quantity) -> Expr | None:
        """What the quantity is computed by; None if it is given, or measured by a whole pass (E(w + epsilon)).

        None too for what has too many terms to be written, which is in the record.
        """
        if q.role in ("value", "delta", "inner", "inner_delta") and not q.index:
            return None
        if self.lengths.too_long(q):
            return None
        rule = _RULES.get(q.role)
        return rule(self, q) if rule is not None else None

    @property
    def adds_up(self) -> bool:
        """Whether the total is a sum: of several outputs, or with a weight or penalties. Else it is the one cost."""
        penalised = any(held.penalised for held in self.restraints.values())
        return penalised or len(self.goals) > 1 or self.goals[self.output].weight != 1

    def output_cost(self, node: str) -> Quantity:
        """The cost of one output."""
        return Quantity("output_cost", node) if self.adds_up else Quantity("cost")

    def shares_gradient(self, node: str, part: str) -> bool:
        """Whether a weight's gradient is a sum of steps: of several layers that use it, or with a penalty."""
        held = self.restraints.get(f"{node}.{part}")
        return len(self.users(node)) > 1 or (held is not None and held.penalised)

    def limit(self, q: Quantity) -> Restraint | None:
        """What scales back the weights of a unit after the update; None if nothing does."""
        held = self.restraints.get(f"{q.node}.{q.part}")
        return held if held is not None and held.max_norm else None

    def activation_after(self, node: str) -> str | None:
        """The one activation that reads a node and has a slope per unit; None if there is none."""
        readers = self.resolved.network.outgoing[node]
        if len(readers) != 1:
            return None
        kind = self.resolved.layers[readers[0].target].kind
        return readers[0].target if kind.elementwise else None

    def terms_back(self, node: str) -> tuple[str, int] | None:
        """(reading node, its units) if a node's delta is a short sum of products that steps can show."""
        readers = self.resolved.network.outgoing[node]
        if len(readers) != 1:
            return None
        layer = self.resolved.layers[readers[0].target]
        units = (layer.shape or (0,))[0]
        return (layer.id, units) if layer.has_units and 1 < units <= TERMS_SHOWN else None

    def _place(self, node: str, example: int) -> Place:
        layer = self.resolved.layers[node]
        inputs = tuple(shape for shape in layer.inputs if shape is not None)
        owner = self.owner(node)
        weights = self.resolved.layers[owner].weights
        shape, drawn = layer.shape or (), f"{node}.{MASK}" in self.record.inner
        return Place(node, layer.sources, layer.params, inputs, shape, example, weights, owner, self.batch, drawn)

    def owner(self, node: str) -> str:
        """The layer whose weights a layer uses: itself, unless it shares another's."""
        return self.resolved.layers[node].owner or node

    def users(self, node: str) -> list[str]:
        """The layers that use a layer's weights, in order: itself, and those that share them."""
        return [user for user in self.resolved.order if self.owner(user) == node]

    def inner_shapes(self, node: str) -> dict[str, Shape]:
        """The arrays inside a layer, in the order of computing."""
        layer = self.resolved.layers[node]
        return layer.kind.inner_shapes(layer.params, tuple(shape for shape in layer.inputs if shape is not None))

    def _value(self, q: Quantity) -> Expr | None:
        layer = self.resolved.layers[q.node]
        given = not layer.sources or layer.kind.from_file
        return None if given else layer.kind.forward(self.place(q.node, q.example), q.index)

    def _outputs(self, node: str, example: int) -> tuple[Sequence[Expr], Sequence[Expr]]:
        """The numbers z of an output and its targets t, flattened; none is made before it is asked for."""
        places = Places(self.goals[node].shape)
        z, t = (_Each(Quantity(role, node, example=example), places) for role in ("value", "target"))
        return z, t

    def _flat(self, q: Quantity) -> int:
        return int(np.ravel_multi_index(tuple(int(i) for i in q.index), self.goals[q.node].shape))

    def _local(self, q: Quantity) -> Expr:
        return self.goals[q.node].cost.local(*self._outputs(q.node, q.example), self._flat(q))

    def local_errors(self, q: Quantity) -> NDArray[np.float64]:
        """Those of an output as an array, where they are too many for an equation of each, or of their sum."""
        arrays = {"value": self.record.values[q.node], "target": self.record.targets[q.node]}
        count = math.prod(self.goals[q.node].shape)
        z, t = (_Whole(Quantity(role, q.node), count) for role in arrays)
        local = self.goals[q.node].cost.local(z, t, 0)
        return np.asarray(local.evaluate(lambda part: arrays[part.role][q.example].reshape(-1)))

    def _local_sum(self, q: Quantity) -> Expr:
        places = np.ndindex(*self.goals[q.node].shape)
        return total([Ref(Quantity("local", q.node, index=place, example=q.example)) for place in places])

    def _example_cost(self, q: Quantity) -> Expr:
        return self.goals[q.node].cost.of_sum(Ref(Quantity("local_sum", q.node, example=q.example)))

    def _output_cost(self, q: Quantity) -> Expr:
        if self.batch == 1:
            return self._example_cost(q)
        costs = total([Ref(Quantity("example_cost", q.node, example=e)) for e in range(self.batch)])
        return costs if self.goals[q.node].cost.summed else Quotient(costs, Number(float(self.batch)))

    def _cost(self, q: Quantity) -> Expr:
        if not self.adds_up:
            return self._output_cost(Quantity("output_cost", self.output))
        costs = [_weighted(Ref(Quantity("output_cost", goal.node)), goal.weight) for goal in self.goals.values()]
        held = [held for held in self.restraints.values() if held.penalised]
        return total([*costs, *(Ref(Quantity("penalty", each.node, each.part)) for each in held)])

    def _penalty(self, q: Quantity) -> Expr | None:
        """l1 · Σ |w| + ½ l2 · Σ w²; None where the weights are too many to be written."""
        name = f"{q.node}.{q.part}"
        held, weights = self.restraints[name], self.record.weights[name]
        if weights.size > WEIGHTS_WRITTEN:
            return None
        letters = ("j", "i", "k", "l", "m")[: weights.ndim]
        places = [letters, *np.ndindex(*weights.shape)]
        typical, *each = [Ref(Quantity("weight", q.node, q.part, place)) for place in places]
        index = ",".join(letters)
        terms: list[Expr] = []
        if held.l1:
            sizes = total([Apply("abs", (w,)) for w in each], index, Apply("abs", (typical,)))
            terms.append(Product((Number(held.l1), sizes)))
        if held.l2:
            terms.append(Product((Number(0.5), Number(held.l2), total([w**2 for w in each], index, typical**2))))
        return total(terms)

    def _delta(self, q: Quantity) -> Expr:
        if q.node in self.goals:
            goal, alone = self.goals[q.node], self.batch == 1
            cost = self.output_cost(q.node) if alone else Quantity("example_cost", q.node, example=q.example)
            gradient = goal.cost.gradient(*self._outputs(q.node, q.example), self._flat(q), Ref(cost))
            gradient = _weighted(gradient, goal.weight)
            return gradient if alone or goal.cost.summed else Quotient(gradient, Number(float(self.batch)))
        after = self.activation_after(q.node)
        if after is not None:
            back = Ref(Quantity("delta", after, index=q.index, example=q.example))
            return Product((back, Ref(self.slope_of(q.node, after, q.index, q.example))))
        terms = self.terms_back(q.node)
        if terms is not None:
            reader, units = terms
            refs = [
                Quantity("term", q.node, index=(*q.index, k), example=q.example, label=reader) for k in range(units)
            ]
            return Sum(tuple(Ref(ref) for ref in refs))
        return self._collected(q)

    def _collected(self, q: Quantity) -> Expr:
        """What all readers send back, added up."""
        shares = []
        for edge in self.resolved.network.outgoing[q.node]:
            layer = self.resolved.layers[edge.target]
            ports = sorted(e.port for e in self.resolved.network.incoming[edge.target])
            shares.append(layer.kind.backward(self.place(edge.target, q.example), ports.index(edge.port), q.index))
        return total(shares)

    def slope_of(self, node: str, activation: str, index: Index, example: int) -> Quantity:
        """The quantity d activation / d node at one unit."""
        return Quantity("slope", activation, index=index, example=example, label=node)

    def _slope(self, q: Quantity) -> Expr:
        kind = self.resolved.layers[q.node].kind
        at = self.place(q.node, q.example)
        if not isinstance(kind, Activation):
            raise TypeError(f"{kind.id} has no slope")
        return kind.slope(at.x(q.index), at.y(q.index), at.params)

    def _term(self, q: Quantity) -> Expr:
        unit, back = q.index[0], q.index[-1]
        delta = Ref(Quantity("delta", q.label, index=(back,), example=q.example))
        return Product((delta, Ref(Quantity("weight", self.owner(q.label), "weight", (back, unit)))))

    def _inner(self, q: Quantity) -> Expr | None:
        if q.part == MASK:  # drawn by chance, so it is given
            return None
        return self.resolved.layers[q.node].kind.inner(self.place(q.node, q.example), q.part, q.index)

    def _inner_delta(self, q: Quantity) -> Expr:
        return self.resolved.layers[q.node].kind.inner_delta(self.place(q.node, q.example), q.part, q.index)

    def _gradient(self, q: Quantity) -> Expr:
        """What all layers that use the weight add to it, and its penalty: l1 · sign(w) + l2 · w."""
        if not self.shares_gradient(q.node, q.part):
            return self._use(replace(q, label=q.node))
        terms: list[Expr] = [Ref(replace(q, role="use", label=user)) for user in self.users(q.node)]
        held = self.restraints.get(f"{q.node}.{q.part}")
        weight = Ref(replace(q, role="weight"))
        if held is not None and held.l1:
            terms.append(Product((Number(held.l1), Apply("sign", (weight,)))))
        if held is not None and held.l2:
            terms.append(_weighted(weight, held.l2))
        return total(terms)

    def _use(self, q: Quantity) -> Expr:
        """What one layer adds to the gradient of a weight, from all examples."""
        return total([self._share(q, q.label, example) for example in range(self.batch)])

    def _share(self, q: Quantity, node: str, example: int) -> Expr:
        """What one layer that uses a weight adds to its gradient."""
        kind, at = self.resolved.layers[node].kind, self.place(node, example)
        after = self.activation_after(node)
        if not (self.resolved.layers[node].has_units and q.part == "weight" and after is not None):
            return kind.weight_gradient(at, q.part, q.index)
        # dE/dw = dE/dout · dout/dnet · dnet/dw, the chain rule a factor at a time.
        j, i = q.index
        back = Ref(Quantity("delta", after, index=(j,), example=example))
        return Product((back, Ref(self.slope_of(node, after, (j,), example)), at.x((i,))))

    def _numeric(self, q: Quantity) -> Expr:
        changed = [Ref(Quantity(role, q.node, q.part, q.index)) for role in ("plus", "minus")]
        return Quotient(Difference(*changed), Product((Number(2.0), Ref(Quantity("epsilon")))))

    def _relative(self, q: Quantity) -> Expr:
        analytic, numeric = (Ref(Quantity(role, q.node, q.part, q.index)) for role in ("gradient", "numeric"))
        sizes = Apply("max", (Apply("abs", (analytic,)), Apply("abs", (numeric,))))
        return Quotient(Apply("abs", (Difference(analytic, numeric),)), sizes)

    def _update(self, q: Quantity) -> dict[str, Expr | None]:
        at = UpdatePlace(q.node, q.part, q.index, self.record.iteration)
        return dict(self.optimizer.rule(self.record.project.settings.optimizer_params, at))

    def _updated(self, q: Quantity) -> Expr | None:
        """The optimizer's rule; a frozen weight stays, and one with a max norm is scaled back to it if need be."""
        if self.resolved.layers[q.node].frozen:
            return Ref(replace(q, role="weight"))
        held = self.limit(q)
        if held is None:
            return self._unlimited(q)
        length = Quantity("length", q.node, q.part, (q.index[held.unit_axis],))
        excess = Apply("max", (Number(1.0), Quotient(Ref(length), Number(held.max_norm))))
        return Quotient(Ref(replace(q, role="unlimited")), excess)

    def _unlimited(self, q: Quantity) -> Expr | None:
        return self.update(Quantity("update", q.node, q.part, q.index))["weight"]

    def _length(self, q: Quantity) -> Expr:
        """√(Σ w²) over the weights into one unit, as the optimizer's rule has left them."""
        shape = self.record.weights[f"{q.node}.{q.part}"].shape
        axis = self.restraints[f"{q.node}.{q.part}"].unit_axis
        own = [place for place in np.ndindex(*shape) if place[axis] == q.index[0]]
        return Apply("sqrt", (total([Ref(Quantity("unlimited", q.node, q.part, place)) ** 2 for place in own]),))

    def _state(self, q: Quantity) -> Expr | None:
        return self.update(Quantity("update", q.node, q.part, q.index))[q.label]

    def _overall(self, q: Quantity) -> Expr | None:
        return self.overall[q.label]

    @cached_property
    def overall(self) -> dict[str, Expr | None]:
        """What the optimizer finds for all weights at once, in order, and how."""
        places = []
        if not self.record.gradients:
            return {}
        if sum(array.size for array in self.record.gradients.values()) <= WEIGHTS_WRITTEN:
            for name, array in self.record.gradients.items():
                node, _, part = name.partition(".")
                places += [UpdatePlace(node, part, place, self.record.iteration) for place in np.ndindex(*array.shape)]
        return dict(self.optimizer.overall_rule(self.record.project.settings.optimizer_params, places))

    def states(self) -> tuple[str, ...]:
        """The states that the optimizer's rule goes through before the weight, in order."""
        at = UpdatePlace("", "", (), self.record.iteration)
        rule = self.optimizer.rule(self.record.project.settings.optimizer_params, at)
        return tuple(name for name, _ in rule if name != "weight")


class _Each(Sequence[Expr]):
    """The elements of an array as operands."""

    def __init__(self, array: Quantity, places: Places) -> None:
        self._array, self._places = array, places

    def __len__(self) -> int:
        return self._places.count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return Ref(replace(self._array, index=self._places(place % len(self))))


class _Whole(Sequence[Expr]):
    """An array, flat, as if it were each of its elements: what is computed of one is computed of all at once."""

    def __init__(self, array: Quantity, count: int) -> None:
        self._array, self._count = Ref(array), count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Expr]:
        yield self._array

    def __getitem__(self, place: Any) -> Any:
        return self._array


def _weighted(expr: Expr, weight: float) -> Expr:
    """The weight times the expression; a weight of 1 is not written."""
    return expr if weight == 1 else Product((Number(weight), expr))


_RULES: dict[str, Callable[[Rules, Quantity], Expr | None]] = {
    "value": Rules._value,
    "inner": Rules._inner,
    "inner_delta": Rules._inner_delta,
    "local": Rules._local,
    "local_sum": Rules._local_sum,
    "example_cost": Rules._example_cost,
    "output_cost": Rules._output_cost,
    "penalty": Rules._penalty,
    "cost": Rules._cost,
    "delta": Rules._delta,
    "slope": Rules._slope,
    "term": Rules._term,
    "use": Rules._use,
    "gradient": Rules._gradient,
    "numeric": Rules._numeric,
    "relative": Rules._relative,
    "state": Rules._state,
    "overall": Rules._overall,
    "unlimited": Rules._unlimited,
    "length": Rules._length,
    "updated": Rules._updated,
}
"""How each role is computed; roles that are not here are given, or measured."""
