"""The contract that every kind of layer keeps: torch's modules and autograd are the oracle."""

from __future__ import annotations

import itertools
import math
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from explorer.activation import Activation
from explorer.equations import Expr, Quantity, Sum, operands
from explorer.kind import LayerKind, Place, Shape
from explorer.layers import KINDS, kind_of
from explorer.network import Edge, Network, Node
from explorer.params import ParamError
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.explorer.entries import check_entry, check_ids, check_params_described
from tests.explorer.networks import layers, numbers_for

few = settings(max_examples=25)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
RUN = [kind for kind in KINDS if not kind.expands and not kind.from_file]
each_that_runs = pytest.mark.parametrize("kind", RUN, ids=lambda kind: kind.id)
with_inputs = pytest.mark.parametrize("kind", [kind for kind in RUN if kind.ports], ids=lambda kind: kind.id)
OPEN = [kind for kind in RUN if type(kind).inner_shapes is not LayerKind.inner_shapes]
with_arrays_inside = pytest.mark.parametrize("kind", OPEN, ids=lambda kind: kind.id)
EXAMPLE, BATCH = 1, 2
CATEGORIES = ("Core", "Convolution", "Pooling", "Shape", "Combine", "Sequence", "Normalisation", "Activation")
HELP_PARTS = ["Formula", "Shapes", "When to use it", "Source"]
SAMPLED = 12
"""Elements of each array that are compared one by one; the matrix form covers all of them."""


@dataclass
class Case:
    """One layer at work in torch: its arrays, (batch, *shape), and what autograd says of a random linear functional."""

    at: Place
    inputs: list[np.ndarray]
    weights: dict[str, np.ndarray]
    output: np.ndarray
    delta: np.ndarray
    sent_back: list[np.ndarray]
    gradients: dict[str, np.ndarray]
    inner: dict[str, np.ndarray]
    inner_deltas: dict[str, np.ndarray]
    kind: LayerKind

    def lookup(self, q: Quantity) -> Any:
        """The numbers of the layer's quantities; of other examples only where the batch matters."""
        if q.role == "weight":
            array = self.weights[q.part]
        elif q.role in ("inner", "inner_delta"):
            array = (self.inner if q.role == "inner" else self.inner_deltas)[q.part][q.example]
        else:
            assert q.example == self.at.example or self.kind.over_batch
            known = {("delta", "n"): self.delta, ("value", "n"): self.output}
            known |= {("value", f"in{port}"): array for port, array in enumerate(self.inputs)}
            array = known[q.role, q.node][q.example]
        return float(array[q.index]) if q.index else array

    def examples(self) -> list[Case]:
        """The layer at work on each example."""
        return [replace(self, at=replace(self.at, example=example)) for example in range(BATCH)]


def module_of(kind: LayerKind, params: dict[str, Any], inputs: tuple[Shape, ...]) -> torch.nn.Module:
    return kind.module(params, inputs).double().eval()


def make_case(kind: LayerKind, data: st.DataObject) -> Case:
    """A layer with params and inputs that hypothesis draws; numbers with two decimals give ties and kinks too."""
    params, shapes, output = data.draw(layers(kind), label="layer")
    numbers = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), label="seed"))
    scale, decimals = data.draw(st.sampled_from([(1.0, 8), (0.3, 1), (12.0, 4)]), label="scale")

    def draw(shape: Shape) -> torch.Tensor:
        return torch.tensor(np.round(numbers.normal(0.0, scale, shape), decimals), dtype=torch.float64)

    module = module_of(kind, params, shapes)
    weights = dict(module.named_parameters())
    with torch.no_grad():
        for weight in weights.values():
            weight.copy_(draw(tuple(weight.shape)))
    given = [numbers_for(kind, params, (BATCH, *shape), numbers, scale) for shape in shapes]
    inputs = [torch.tensor(np.round(array, decimals)).requires_grad_() for array in given]
    result, inner = module.opened(*inputs) if hasattr(module, "opened") else (module(*inputs), {})
    assert tuple(result.shape) == (BATCH, *output)
    delta = draw((BATCH, *output))
    inside = {name: given if isinstance(given, list) else [given] for name, given in inner.items()}
    wanted = [*inputs, *weights.values(), *(tensor for given in inside.values() for tensor in given)]
    slopes = torch.autograd.grad((result * delta).sum(), wanted, allow_unused=True)
    found = [torch.zeros_like(w) if slope is None else slope for w, slope in zip(wanted, slopes, strict=True)]
    slope_of = dict(zip(map(id, wanted), found, strict=True))

    def stacked(name: str, of: Callable[[torch.Tensor], torch.Tensor]) -> np.ndarray:
        tensors = [of(tensor).detach().numpy() for tensor in inside[name]]
        if name in kind.over_batch:
            return np.stack([*tensors, np.full_like(tensors[0], math.nan)])  # they go by example 0
        return np.stack(tensors, 1) if kind.over_time else tensors[0]

    sources = tuple(f"in{port}" for port in range(len(shapes)))
    weight_shapes = kind.weight_shapes(params, shapes)
    return Case(
        Place("n", sources, params, shapes, output, EXAMPLE, weight_shapes, batch=BATCH),
        [given.detach().numpy() for given in inputs],
        {name: weight.detach().numpy() for name, weight in weights.items()},
        result.detach().numpy(),
        delta.numpy(),
        [slope_of[id(given)].numpy() for given in inputs],
        {name: slope_of[id(weight)].numpy() for name, weight in weights.items()},
        {name: stacked(name, lambda tensor: tensor) for name in inside},
        {name: stacked(name, lambda tensor: slope_of[id(tensor)]) for name in inside},
        kind,
    )


def close(found: Any, expected: Any, scale: float = 1.0) -> None:
    """Equal to 1e-10 relative; numbers that cancelled out are compared with what they came from."""
    assert_allclose(found, expected, rtol=1e-10, atol=1e-13 * max(1.0, scale))


def some(array: np.ndarray, seed: int) -> Iterator[tuple[int, ...]]:
    """Indices of an array, all of a small one."""
    places = list(np.ndindex(*array.shape))
    chosen = np.random.default_rng(seed).permutation(len(places))[:SAMPLED]
    return (places[i] for i in chosen)


def size(case: Case) -> float:
    """How large the terms of the layer's sums can be."""
    largest = [np.abs(a).max(initial=1.0) for a in (*case.inputs, case.delta, *case.weights.values())]
    return float(np.prod(largest))


@with_inputs
@few
@given(data=st.data())
def test_equations_agree_with_torch_and_autograd(kind: LayerKind, data: st.DataObject) -> None:
    case = make_case(kind, data)
    at, scale = case.at, size(case)
    for index in some(case.output[EXAMPLE], 1):
        close(kind.forward(at, index).evaluate(case.lookup), case.output[EXAMPLE][index], scale)
    for port, expected in enumerate(case.sent_back):
        for index in some(expected[EXAMPLE], 2):
            close(kind.backward(at, port, index).evaluate(case.lookup), expected[EXAMPLE][index], scale)
    for name, expected in case.gradients.items():
        for index in some(expected, 3):
            shares = [kind.weight_gradient(one.at, name, index).evaluate(one.lookup) for one in case.examples()]
            close(math.fsum(shares), expected[index], scale)


@with_arrays_inside
@few
@given(data=st.data())
def test_equations_inside_agree_with_torch_and_autograd(kind: LayerKind, data: st.DataObject) -> None:
    case = make_case(kind, data)
    shapes = kind.inner_shapes(case.at.params, case.at.inputs)
    assert {name: array.shape[1:] for name, array in case.inner.items()} == shapes
    for name, array in case.inner.items():
        example = 0 if name in kind.over_batch else EXAMPLE
        for index in some(array[example], 4):
            close(kind.inner(case.at, name, index).evaluate(case.lookup), array[example][index], size(case))
            expected = case.inner_deltas[name][example][index]
            close(kind.inner_delta(case.at, name, index).evaluate(case.lookup), expected, size(case))
        close(kind.matrix_inner(case.at, name).evaluate(case.lookup), array[example], size(case))


@with_inputs
@few
@given(data=st.data())
def test_matrix_equations_agree_with_torch_and_autograd(kind: LayerKind, data: st.DataObject) -> None:
    case = make_case(kind, data)
    found = np.broadcast_to(kind.matrix_forward(case.at).evaluate(case.lookup), case.at.output)
    close(found, case.output[EXAMPLE], size(case))
    for port, expected in enumerate(case.sent_back):
        found = np.broadcast_to(kind.matrix_backward(case.at, port).evaluate(case.lookup), case.at.inputs[port])
        close(found, expected[EXAMPLE], size(case))


@with_inputs
@few
@given(data=st.data())
def test_the_typical_term_of_a_sum_stands_for_its_terms(kind: LayerKind, data: st.DataObject) -> None:
    params, shapes, output = data.draw(layers(kind), label="layer")
    at = Place("n", tuple(f"in{port}" for port in range(len(shapes))), params, shapes, output)
    trees = [kind.forward(at, index) for index in some(np.empty(output), 1)]
    trees += [kind.backward(at, port, i) for port, shape in enumerate(shapes) for i in some(np.empty(shape), 2)]
    weights = kind.weight_shapes(params, shapes)
    trees += [kind.weight_gradient(at, name, i) for name, shape in weights.items() for i in some(np.empty(shape), 3)]
    inner = kind.inner_shapes(params, shapes)
    for name, shape in inner.items():
        for index in some(np.empty(shape), 4) if name not in kind.over_batch else ():
            trees += [kind.inner(at, name, index), kind.inner_delta(at, name, index)]
    longest = max(4, *itertools.chain(*shapes, output, *weights.values(), *inner.values()))
    for letters, typical, terms in itertools.chain(*map(written_short, trees)):
        every = {tuple(q) for q in instances(operands(typical), letters.split(","), longest)}
        for term in terms:
            assert tuple(operands(term)) in every, (letters, typical)
            own = dict(zip(operands(typical), operands(term), strict=True))
            meant = typical.evaluate(lambda q, own=own: some_number(own[q]))  # type: ignore[misc]
            assert meant == pytest.approx(term.evaluate(some_number), rel=1e-12), (letters, typical)


@few
@given(data=st.data())
def test_the_general_index_of_a_slice_leads_to_each_number(data: st.DataObject) -> None:
    kind = kind_of("slice")
    params, shapes, output = data.draw(layers(kind), label="layer")
    at = Place("n", ("in0",), params, shapes, output)
    letters = [chr(ord("p") + axis) for axis in range(len(output))]
    general = operands(kind.forward(at, tuple(letters)))
    found = instances(general, letters, max(output))
    for place, (read,) in zip(itertools.product(range(max(output)), repeat=len(output)), found, strict=True):
        if all(one < most for one, most in zip(place, output, strict=True)):
            assert [read] == operands(kind.forward(at, place))


def some_number(q: Quantity) -> float:
    """A number between 1 and 2 for each quantity."""
    return 1.0 + zlib.crc32(repr(q).encode()) / 2**32


def written_short(tree: Expr) -> Iterator[tuple[str, Expr, tuple[Expr, ...]]]:
    """(letters, typical term, terms) of the sums within a tree whose typical term has such indices."""
    if isinstance(tree, Sum) and tree.summary is not None:
        letters, typical = tree.summary
        texts = [str(entry) for q in operands(typical) for entry in q.index]
        if all(re.fullmatch(r"[a-z0-9()/+-]+", text) for text in texts):
            yield letters, typical, tree.terms[tree.lead :]
    for part in tree.parts:
        yield from written_short(part)


def instances(typical: list[Quantity], letters: list[str], longest: int) -> Iterator[list[Quantity]]:
    """The operands of a typical term with numbers, from 0 on, in place of its letters."""
    texts = {entry for q in typical for entry in q.index if isinstance(entry, str)}
    codes = {text: compile(re.sub(r"(\d)([a-z(])", r"\1*\2", text), text, "eval") for text in texts}
    for numbers in itertools.product(range(longest), repeat=len(letters)):
        given = dict(zip(letters, numbers, strict=True))
        entries = {text: eval(code, {"__builtins__": {}}, given) for text, code in codes.items()}
        yield [replace(q, index=tuple(entries.get(entry, entry) for entry in q.index)) for q in typical]


@with_arrays_inside
@few
@given(data=st.data())
def test_opened_it_puts_out_what_it_does_in_training(kind: LayerKind, data: st.DataObject) -> None:
    case = make_case(kind, data)
    module = module_of(kind, dict(case.at.params), case.at.inputs).train()
    module.load_state_dict({name: torch.tensor(array) for name, array in case.weights.items()}, strict=False)
    result = module(*[torch.tensor(given) for given in case.inputs])
    close(result.detach(), case.output, size(case))


@with_inputs
@few
@given(data=st.data())
def test_weights_have_the_names_and_shapes_of_torch(kind: LayerKind, data: st.DataObject) -> None:
    params, shapes, _ = data.draw(layers(kind), label="layer")
    module = module_of(kind, params, shapes)
    own = {name: tuple(weight.shape) for name, weight in module.named_parameters()}
    assert list(kind.weight_shapes(params, shapes).items()) == list(own.items())


@each_that_runs
@pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch's word on kernels of even size
@few
@given(data=st.data())
def test_its_code_is_the_same_layer(kind: LayerKind, data: st.DataObject) -> None:
    params, shapes, output = data.draw(layers(kind), label="layer")
    given_shapes = shapes or (output,)
    code = kind.code(params, shapes)
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    exec(code.support, names)
    rng = np.random.default_rng(0)
    inputs = [torch.tensor(numbers_for(kind, params, (BATCH, *shape), rng)) for shape in given_shapes]
    module = module_of(kind, params, shapes)
    names |= {f"x{port}": array for port, array in enumerate(inputs)}
    if code.module:
        names["m"] = eval(code.module, names).double().eval()
        assert {name: list(array.shape) for name, array in names["m"].state_dict().items()} == {
            name: list(array.shape) for name, array in module.state_dict().items()
        }
        names["m"].load_state_dict(module.state_dict())
    ports = [f"x{port}" for port in range(len(inputs))]
    result = eval(code.call.format(*ports, inputs=", ".join(ports), m="m"), names)
    close(result.detach(), module(*inputs).detach())


@each_that_runs
@few
@given(data=st.data())
def test_saved_and_opened_it_is_the_same_layer(kind: LayerKind, data: st.DataObject) -> None:
    params, shapes, output = data.draw(layers(kind), label="layer")
    inputs = tuple(Node(f"in{port}", "input", {"shape": shape}) for port, shape in enumerate(shapes))
    edges = tuple(Edge(node.id, "n", port) for port, node in enumerate(inputs))
    names = kind.weight_shapes(params, shapes)
    weights = {f"n.{name}": np.linspace(-1.0, 1.0, math.prod(shape)).reshape(shape) for name, shape in names.items()}
    project = Project(network=Network((*inputs, Node("n", kind.id, params)), edges), weights=weights)
    for suffix in (".json", ".nnx"):
        opened = loads_project(dumps_project(project, suffix))
        layer = resolve(opened.network).layers["n"]
        assert resolve(opened.network).problems == ()
        assert (layer.kind, dict(layer.params), layer.inputs, layer.shape) == (kind, params, shapes, output)
        assert {name: array.tolist() for name, array in opened.weights.items()} == {
            name: array.tolist() for name, array in weights.items()
        }


@each_kind
def test_it_is_known_by_its_file_name_and_explained(kind: LayerKind) -> None:
    check_entry(kind, kind_of)
    assert kind.category in CATEGORIES
    assert kind.icon.startswith("mdi6.")
    assert len(set(kind.synonyms)) == len(kind.synonyms) >= 3
    assert not {word.lower() for word in kind.synonyms} & {kind.id, kind.title.lower()}


@each_kind
def test_its_help_page_has_its_parts_in_order(kind: LayerKind) -> None:
    first, *others = kind.help.split("\n\n")
    assert len(" ".join(first.split())) <= 160  # it is the palette's tip too
    parts = [part.partition(":")[0] for part in others if part.partition(":")[0] in HELP_PARTS]
    assert parts == HELP_PARTS
    assert others[-1].startswith("Source:")
    assert all(part.rstrip().endswith(".") for part in (first, *others))
    assert re.search(r"\b(1[89]|20)\d\d\b|NumPy", others[-1])


@each_kind
def test_its_params_are_described_and_have_good_defaults(kind: LayerKind) -> None:
    check_params_described(kind.params)
    for param in kind.params:
        with pytest.raises(ParamError, match=param.label.split()[0]):
            param.check(math.nan)


@each_kind
def test_its_caption_fits_on_a_node(kind: LayerKind) -> None:
    caption = kind.caption({param.name: param.default for param in kind.params})
    assert len(caption) <= 40
    assert "\n" not in caption


def test_an_input_has_no_way_back() -> None:
    for kind in KINDS:
        if not kind.ports:
            place = Place("n", (), {"shape": (2,)}, (), (2,))
            assert kind.forward(place, (1,)).evaluate({place.y((1,)).quantity: 7.0}.__getitem__) == 7.0
            with pytest.raises(IndexError):
                kind.backward(place, 0, (0,))
            with pytest.raises(IndexError):
                kind.matrix_backward(place)


@with_inputs
@few
@given(data=st.data())
def test_what_its_description_says_of_its_outputs_is_so(kind: LayerKind, data: st.DataObject) -> None:
    case = make_case(kind, data)
    assert kind.elementwise == isinstance(kind, Activation)
    assert kind.activation == (kind.category == "Activation")
    if kind.activation:
        assert case.output.shape == case.inputs[0].shape
    if kind.output_range is not None:
        low, high = kind.output_range
        assert case.output.min() >= low
        assert case.output.max() <= high
    if kind.rearranges:
        assert sorted(case.output.flat) == sorted(case.inputs[0].flat)
    if kind.fully_connected:
        expected = case.inputs[0] @ case.weights["weight"].T + case.weights.get("bias", 0.0)
        close(case.output, expected, size(case))


def test_ids_are_unique_and_an_unknown_one_is_a_key_error() -> None:
    check_ids(KINDS, kind_of)
