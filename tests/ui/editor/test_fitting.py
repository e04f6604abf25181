"""Finding a layer: by name, other name and category, with slips of the hand; and what fits a wire."""

from __future__ import annotations

import pytest

from explorer.layers import KINDS, kind_of
from explorer.network import Network, Node, connect
from explorer.resolve import resolve
from ui.editor.fitting import before, behind, between
from ui.editor.ranking import ranked, synonym_for


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("fully connected", "dense"),
        ("Fully  Connec", "dense"),
        ("linear", "dense"),
        ("conv", "conv2d"),
        ("max", "max_pool2d"),
        ("max_pool", "max_pool2d"),
        ("deconv", "conv_transpose2d"),
        ("soft", "softmax"),
        ("dnse", "dense"),
        ("convoluton", "conv2d"),
        ("tnah", "tanh"),
        ("pool max", "max_pool2d"),
        ("transformer", "self_attention"),
    ],
)
def test_a_kind_is_found(text: str, first: str) -> None:
    assert ranked(text)[0].id == first


def test_a_category_finds_its_kinds() -> None:
    category = kind_of("relu").category
    assert {kind.id for kind in KINDS if kind.category == category} <= {kind.id for kind in ranked(category)}


def test_nothing_finds_all_and_nonsense_nothing() -> None:
    assert ranked(" ") == list(KINDS)
    assert ranked("zqzqzq") == []
    assert ranked("q" * 10_000) == []


def test_what_fits_comes_first_among_those_found_alike() -> None:
    assert [kind.id for kind in ranked("", {"relu", "dense"})][:2] == ["dense", "relu"]
    found = [kind.id for kind in ranked("pool", {"avg_pool2d"})]
    assert found.index("avg_pool2d") < found.index("max_pool2d")


def test_the_name_by_which_a_kind_was_found() -> None:
    assert synonym_for(kind_of("dense"), "connected") == "fully connected"
    assert synonym_for(kind_of("dense"), "dens") == ""
    assert synonym_for(kind_of("dense"), "") == ""


def chain(shape: tuple[int, ...], *kinds: str) -> Network:
    """An input of a shape, and layers one behind the other."""
    network = Network((Node("x", "input", {"shape": shape}), *(Node(kind, kind) for kind in kinds)))
    for source, target in zip(["x", *kinds], kinds, strict=False):
        network = connect(network, source, target)
    return network


@pytest.mark.parametrize("shape", [(8,), (3, 16, 16), (12, 5)])
def test_what_fits_behind_is_what_resolves_there(shape: tuple[int, ...]) -> None:
    """The oracle is the network itself, with the layer in it."""
    fits = behind(resolve(chain(shape)), "x")
    for kind in KINDS:
        if not kind.ports or kind.expands or len(kind.ports) - kind.optional_ports > 1:
            continue
        layer = resolve(chain(shape, kind.id)).layers[kind.id]
        assert fits[kind.id].shape == layer.shape, kind.id
        assert bool(fits[kind.id].why_not) == (layer.shape is None), kind.id
    assert fits["input"].why_not
    assert fits["add"].shape == shape
    assert fits["add"].text == ""


def test_what_fits_between_suits_the_reader() -> None:
    resolved = resolve(chain((3, 16, 16), "flatten", "dense"))
    fits = between(resolved, "flatten", "dense", 0)
    assert not fits["relu"].why_not
    assert "came in" in fits["conv2d"].why_not
    fits = between(resolve(chain((3, 16, 16), "conv2d", "max_pool2d")), "conv2d", "max_pool2d", 0)
    assert not fits["batch_norm"].why_not
    assert fits["flatten"].why_not.startswith("gives 1568, but max_pool2d needs")


def test_what_fits_before_gives_what_is_taken() -> None:
    resolved = resolve(Network((Node("pool", "max_pool2d"), Node("out", "dense"))))
    fits = before(resolved, "pool", 0)
    assert not fits["conv2d"].why_not
    assert not fits["input"].why_not
    assert fits["flatten"].why_not
    assert before(resolved, "nobody", 0) == {}


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (1, 2, 3), (1, 1, 1), (2, 2, 2, 2)])
def test_any_shape_can_be_asked_for(shape: tuple[int, ...]) -> None:
    """Every kind says how it fits, and none does anything else."""
    fits = behind(resolve(chain(shape)), "x")
    assert fits.keys() == {kind.id for kind in KINDS}
    assert all((fit.shape is None) == bool(fit.why_not) for fit in fits.values())
