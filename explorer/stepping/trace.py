"""Trace: the steps of one iteration in order, each made when it is asked for, however many there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from explorer.equations import Expr, Index, Quantity, operands
from explorer.stepping.places import Places
from explorer.stepping.record import Record
from explorer.stepping.rules import Rules

CHECKS = ("plus", "minus", "numeric", "relative")
STAGES = ("Forward", "Total error", "Gradients", "Check", "Update")


@dataclass(frozen=True)
class Step:
    """One step: in its stage (1 to 5), the quantity that it computes, and by what.

    ``equation`` is None for what is measured by a whole pass, such as E(w + epsilon).
    """

    number: int
    stage: int
    quantity: Quantity
    equation: Expr | None

    @property
    def needs(self) -> list[Quantity]:
        """The quantities that the equation refers to."""
        return operands(self.equation) if self.equation is not None else []


class Section:
    """Consecutive steps of one stage that belong together: those of each of some places, in the order of ``pattern``.

    ``pattern`` has their quantities without index; the places' indices begin with ``first``.
    """

    def __init__(
        self,
        stage: int,
        title: str,
        node: str,
        pattern: tuple[Quantity, ...],
        places: Places | None = None,
        first: Index = (),
    ) -> None:
        self.stage, self.title, self.node, self.pattern = stage, title, node, pattern
        self._places, self._first = places or Places(()), first
        self.count = len(pattern) * self._places.count

    def make(self, number: int) -> Quantity:
        """The quantity of a step, by its place in the section."""
        place, kind = divmod(number, len(self.pattern))
        return replace(self.pattern[kind], index=(*self._first, *self._places(place)))

    def find(self, quantity: Quantity) -> int | None:
        """The place of a quantity in the section; None if it is not there."""
        begins = len(self._first)
        if quantity.index[:begins] != self._first:
            return None
        place = self._places.number(quantity.index[begins:])
        return None if place is None else place * len(self.pattern) + self.pattern.index(replace(quantity, index=()))


class SentBack(Section):
    """The error of each unit of ``node``, and before it its terms, one for each unit of the layer ``reader``."""

    def __init__(self, node: str, count: int, reader: str, units: int, example: int) -> None:
        pattern = (Quantity("term", node, example=example, label=reader), Quantity("delta", node, example=example))
        super().__init__(3, "errors sent back", node, pattern, Places((count,)))
        self._units = units
        self.count = count * (units + 1)

    def make(self, number: int) -> Quantity:
        """A term, or the sum of a unit's terms."""
        unit, part = divmod(number, self._units + 1)
        term, delta = self.pattern
        return replace(delta, index=(unit,)) if part == self._units else replace(term, index=(unit, part))

    def find(self, quantity: Quantity) -> int | None:
        """The place of a term or a sum."""
        shape = (self.count // (self._units + 1), *([self._units] if quantity.role == "term" else []))
        if Places(shape).number(quantity.index) is None:
            return None
        unit, part = (int(i) for i in (*quantity.index, self._units)[:2])
        return unit * (self._units + 1) + part


class Trace:
    """All steps of a record, as a sequence."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.rules = Rules(record)
        self.sections = [section for section in self._sections() if section.count]
        self._ends = list(accumulate(section.count for section in self.sections))
        self._by_pattern: dict[Quantity, list[tuple[Section, int]]] = {}
        for section, end in zip(self.sections, self._ends, strict=True):
            for quantity in section.pattern:
                self._by_pattern.setdefault(quantity, []).append((section, end - section.count))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> Step:
        if not 0 <= number < len(self):
            raise IndexError(number)
        section, inside = self.locate(number)
        quantity = section.make(inside)
        return Step(number, section.stage, quantity, self.rules.equation(quantity))

    def __iter__(self) -> Iterator[Step]:
        return (self[number] for number in range(len(self)))

    def locate(self, number: int) -> tuple[Section, int]:
        """The section of a step, and its place in it."""
        place = bisect_right(self._ends, number)
        return self.sections[place], number - (self._ends[place - 1] if place else 0)

    def start_of(self, section: Section) -> int:
        """The number of a section's first step."""
        place = self.sections.index(section)
        return self._ends[place - 1] if place else 0

    def stage_range(self, stage: int) -> range:
        """The numbers of the steps of a stage."""
        inside = [place for place, section in enumerate(self.sections) if section.stage == stage]
        if not inside:
            return range(0)
        first = self._ends[inside[0] - 1] if inside[0] else 0
        return range(first, self._ends[inside[-1]])

    def find(self, quantity: Quantity) -> int | None:
        """The number of the step that computes a quantity; None if it is given."""
        for section, start in self._by_pattern.get(replace(quantity, index=()), ()):
            inside = section.find(quantity)
            if inside is not None:
                return start + inside
        return None

    def _sections(self) -> Iterator[Section]:
        for nodes in self._together():
            for example in range(self.rules.batch):
                yield from self._forward(nodes, example)
        yield from self._error()
        yield from self._backward()
        yield from self._check()
        yield from self._update()

    def _together(self) -> list[list[str]]:
        """The nodes in runs that one example goes through before the next.

        A layer with arrays that the batch has in common begins a run: all examples must have come up to it.
        """
        runs: list[list[str]] = [[]]
        for node in self.rules.resolved.order:
            if self.rules.resolved.layers[node].kind.over_batch:
                runs.append([])
            runs[-1].append(node)
        return runs

    def _forward(self, nodes: list[str], example: int) -> Iterator[Section]:
        for node in nodes:
            if self.rules.resolved.layers[node].sources:
                yield from self._inside(1, node, "inner", example)
                yield self._each(1, f"output of {node}", node, "value", example)

    def _inside(self, stage: int, node: str, role: str, example: int) -> Iterator[Section]:
        """The arrays inside a layer in the order of computing, or back; a section per time step where time goes."""
        kind = self.rules.resolved.layers[node].kind
        shapes = [
            (name, shape)
            for name, shape in self.rules.inner_shapes(node).items()
            if example == 0 or name not in kind.over_batch
        ]
        first_axis = max((shape[0] for _, shape in shapes), default=0) if kind.over_time else 0
        times: list[tuple[int, ...]] = [(step,) for step in range(first_axis)] if kind.over_time else [()]
        sections = [(name, shape[len(time) :], time) for time in times for name, shape in shapes]
        for name, shape, first in sections if stage == 1 else reversed(sections):
            words = f"{name} of {node}" + (f", time step {first[0] + 1}" if first else "")
            yield Section(stage, words, node, (Quantity(role, node, name, example=example),), Places(shape), first)

    def _error(self) -> Iterator[Section]:
        rules = self.rules
        for node in rules.goals:
            for example in range(rules.batch):
                yield self._each(2, "local errors", node, "local", example)
                yield _one(2, "sum of local errors", node, Quantity("local_sum", node, example=example))
                if rules.batch > 1:
                    yield _one(2, "error of one example", node, Quantity("example_cost", node, example=example))
            if rules.adds_up:
                yield _one(2, f"error of {node}", node, Quantity("output_cost", node))
        for name, held in rules.restraints.items():
            if held.penalised:
                yield _one(2, f"penalty of {name}", held.node, Quantity("penalty", held.node, held.part))
        yield _one(2, "total error", rules.output, Quantity("cost"))

    def _backward(self) -> Iterator[Section]:
        order = self.rules.resolved.order
        first_user = {self.rules.owner(node): node for node in reversed(order)}
        for node in reversed(order):
            if self.rules.resolved.layers[node].sources:
                for example in range(self.rules.batch):
                    yield from self._deltas(node, example)
                yield from self._inside_back(node)
            owner = self.rules.owner(node)
            yield from self._uses(owner, node)
            if first_user[owner] == node:  # weights that layers share: when all of them have added to their gradient
                yield from self._gradients(owner)

    def _uses(self, owner: str, user: str) -> Iterator[Section]:
        """What a layer adds to gradients that are sums of several steps."""
        for part, places in self._trained(owner):
            if self.rules.shares_gradient(owner, part):
                title = f"gradients of the weights of {owner} through {user}"
                yield self._per_weight(3, title, owner, part, places, ("use",), user)

    def _gradients(self, node: str) -> Iterator[Section]:
        for part, places in self._trained(node):
            yield self._per_weight(3, f"gradients of the weights of {node}", node, part, places, ("gradient",))

    def _inside_back(self, node: str) -> Iterator[Section]:
        """The errors inside a layer: array by array where the batch has some in common, else example by example."""
        examples = range(self.rules.batch)
        sections = [list(self._inside(3, node, "inner_delta", example)) for example in examples]
        if self.rules.resolved.layers[node].kind.over_batch:
            names = [section.title for section in sections[0]]
            yield from (s for name in names for own in sections for s in own if s.title == name)
        else:
            yield from (section for own in sections for section in own)

    def _deltas(self, node: str, example: int) -> Iterator[Section]:
        """The slopes of the activation that follows, then the terms and their sum, unit by unit."""
        after = self.rules.activation_after(node)
        if node not in self.rules.goals and after is not None:
            places = Places(self.rules.resolved.layers[node].shape or ())
            yield Section(3, "slopes", node, (self.rules.slope_of(node, after, (), example),), places)
        terms = None if node in self.rules.goals or after is not None else self.rules.terms_back(node)
        if terms is None:
            yield self._each(3, "deltas", node, "delta", example)
            return
        reader, units = terms
        yield SentBack(node, (self.rules.resolved.layers[node].shape or (0,))[0], reader, units, example)

    def _check(self) -> Iterator[Section]:
        for node in reversed(self.rules.resolved.order):
            for part, _ in self._trained(node):
                name = f"{node}.{part}"
                places = self._checked_places(name, self.record.weights[name].shape)
                yield self._per_weight(4, f"check of {name}", node, part, places, CHECKS)

    def _checked_places(self, name: str, shape: tuple[int, ...]) -> Places:
        """The weights of one array that were checked, in the order of the gradients."""
        checked, matrix = self.record.checks[name], len(shape) == 2
        return Places(shape, matrix, None if checked.whole else checked.places)

    def _update(self) -> Iterator[Section]:
        for name in self.rules.overall:
            yield _one(5, "the step of all weights", self.rules.output, Quantity("overall", label=name))
        for node in reversed(self.rules.resolved.order):
            yield from self._new_weights(node)

    def _new_weights(self, node: str) -> Iterator[Section]:
        """A step per weight; the states of the optimizer come before it, and the lengths that max norm looks at."""
        if self.rules.resolved.layers[node].frozen:
            for part, places in self._places_of(node):
                yield self._per_weight(5, f"frozen weights of {node}", node, part, places, ("updated",))
            return
        states = self.rules.states()
        for part, places in self._trained(node):
            title, held = f"new weights of {node}", self.rules.restraints.get(f"{node}.{part}")
            if held is None or not held.max_norm:
                yield self._per_weight(5, title, node, part, places, ("updated",), states=states)
                continue
            yield self._per_weight(5, f"{title} before max norm", node, part, places, ("unlimited",), states=states)
            units = Places(self.record.weights[f"{node}.{part}"].shape[held.unit_axis : held.unit_axis + 1])
            yield self._per_weight(5, f"lengths of the weights of {node}", node, part, units, ("length",))
            yield self._per_weight(5, title, node, part, places, ("updated",))

    def _trained(self, node: str) -> Iterator[tuple[str, Places]]:
        """The arrays of weights of a layer that have a gradient."""
        return (found for found in self._places_of(node) if f"{node}.{found[0]}" in self.record.gradients)

    def _places_of(self, node: str) -> Iterator[tuple[str, Places]]:
        weights = self.rules.resolved.layers[node].weights
        return ((part, Places(shape, source_first=len(shape) == 2)) for part, shape in weights.items())

    def _per_weight(
        self,
        stage: int,
        title: str,
        node: str,
        part: str,
        places: Places,
        roles: tuple[str, ...],
        label: str = "",
        states: tuple[str, ...] = (),
    ) -> Section:
        """A section with some steps for each weight: the states of the optimizer, then the roles."""
        kept = tuple(Quantity("state", node, part, label=state) for state in states)
        return Section(
            stage, title, node, (*kept, *(Quantity(role, node, part, label=label) for role in roles)), places
        )

    def _each(self, stage: int, title: str, node: str, role: str, example: int) -> Section:
        places = Places(self.rules.resolved.layers[node].shape or ())
        return Section(stage, title, node, (Quantity(role, node, example=example),), places)


def _one(stage: int, title: str, node: str, quantity: Quantity) -> Section:
    return Section(stage, title, node, (quantity,))
