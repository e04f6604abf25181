"""Templates: added, renamed, copied, deleted and taken over from elsewhere, with those that they use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.network import Edge, Network, NetworkError, Node, set_params
from explorer.resolve import resolve
from explorer.templates import (
    LONGEST_NAME,
    add_template,
    adopt,
    delete_template,
    duplicate_template,
    free_template,
    make_unique,
    needed,
    node_id_for,
    rename_template,
    template_of,
    unused,
    use_counts,
    users,
)


def use(name: str, template: str) -> Node:
    return Node(name, "subnetwork", {"template": template})


def dense(units: int) -> Network:
    return Network((Node("in", "input"), Node("h", "dense", {"units": units})), (Edge("in", "h"),))


def wrapping(template: str) -> Network:
    return Network((Node("in", "input"), use("u", template)), (Edge("in", "u"),))


@pytest.fixture
def network() -> Network:
    """x → p → q, both of the template outer, which uses inner; spare is used by nothing."""
    return Network(
        (Node("x", "input"), use("p", "outer"), use("q", "outer")),
        (Edge("x", "p"), Edge("p", "q")),
        templates={"outer": wrapping("inner"), "inner": dense(3), "spare": dense(4)},
    )


def test_who_uses_which(network: Network) -> None:
    assert users(network, "outer") == ("p", "q")
    assert users(network, "inner") == ("the template outer",)
    assert unused(network) == ("spare",)
    assert use_counts(network) == {"outer": 2, "inner": 1}
    assert needed(network.templates, [network.node("p")]) == ("outer", "inner")
    assert needed(network.templates, [network.node("x")]) == ()
    assert template_of(network, network.node("p")) == "outer"


def test_a_template_is_renamed_wherever_it_is_used(network: Network) -> None:
    after = rename_template(rename_template(network, "inner", "core"), "outer", "shell")
    assert list(after.templates) == ["shell", "core", "spare"]
    assert after.node("q").params == {"template": "shell"}
    assert resolve(after).weight_shapes == resolve(network).weight_shapes
    assert rename_template(network, "outer", "outer") is network


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda n: rename_template(n, "outer", "inner"), "called inner already"),
        (lambda n: rename_template(n, "gone", "new"), "no template called gone"),
        (lambda n: rename_template(n, "outer", ""), "A template's name is"),
        (lambda n: rename_template(n, "outer", "a\nb"), "A template's name is"),
        (lambda n: add_template(n, "a" * (LONGEST_NAME + 1), dense(1)), "A template's name is"),
        (lambda n: delete_template(n, "outer"), "outer is used by p, q: ungroup"),
        (lambda n: delete_template(n, "inner"), "used by the template outer"),
        (lambda n: make_unique(n, "x"), "x is no subnetwork"),
        (lambda n: make_unique(set_params(n, "p", {"template": "gone"}), "p"), "does not have"),
        (lambda n: duplicate_template(n, "gone"), "no template called gone"),
    ],
)
def test_what_cannot_be_is_told(network: Network, edit: Callable[[Network], object], words: str) -> None:
    with pytest.raises(NetworkError) as told:
        edit(network)
    assert words in str(told.value)


def test_only_what_is_unused_can_be_deleted(network: Network) -> None:
    assert list(delete_template(network, "spare").templates) == ["outer", "inner"]
    many = Network(tuple(use(f"u{i}", "t") for i in range(9)), templates={"t": dense(1)})
    with pytest.raises(NetworkError, match="u0, u1, u2 and 6 more"):
        delete_template(many, "t")


def test_a_use_made_unique_changes_alone(network: Network) -> None:
    after, copy = make_unique(network, "q")
    assert copy == "outer 2"
    assert [after.node(name).params["template"] for name in ("p", "q")] == ["outer", "outer 2"]
    assert after.templates[copy] == network.templates["outer"]
    assert resolve(after).weight_shapes == resolve(network).weight_shapes


def test_free_names() -> None:
    assert free_template((), "block") == "block"
    assert free_template(("block", "block 2"), "block") == "block 3"
    assert free_template(("block 2",), "block 2") == "block 3"
    long = free_template(("a" * LONGEST_NAME,), "a" * LONGEST_NAME)
    assert len(long) == LONGEST_NAME
    assert long.endswith(" 2")


def test_names_of_layers_for_templates() -> None:
    found = [node_id_for(name) for name in ("residual block", "2nd", "Ω/β", "🙂", "a" * 64, "VGG stage 16")]
    assert found == ["residual_block", "block_2nd", "Ω_β", "block", "a" * 40, "VGG_stage_16"]


def test_templates_come_along_with_those_that_they_use(network: Network) -> None:
    here, nodes = adopt(Network((Node("x", "input"),)), [network.node("p")], network.templates)
    assert dict(here.templates) == {name: network.templates[name] for name in ("outer", "inner")}
    assert nodes == [network.node("p")]


def test_one_that_is_here_already_is_used_wherever_its_layers_lie(network: Network) -> None:
    moved = Network(tuple(Node(n.id, n.kind, n.params, (9.0, 9.0), note="n") for n in dense(3).nodes), dense(3).edges)
    here, nodes = adopt(network, [use("p", "outer")], {**network.templates, "inner": moved})
    assert here is network
    assert nodes[0].params["template"] == "outer"


def test_one_whose_name_is_taken_gets_another_name_and_so_does_what_uses_it(network: Network) -> None:
    other = {"outer": wrapping("inner"), "inner": dense(7), "spare": dense(4)}
    here, nodes = adopt(network, [use("p", "outer"), use("s", "spare"), Node("r", "relu")], other)
    assert [node.params.get("template") for node in nodes] == ["outer 2", "spare", None]
    assert list(here.templates) == ["outer", "inner", "spare", "outer 2", "inner 2"]
    assert here.templates["outer 2"].node("u").params == {"template": "inner 2"}
    assert here.templates["inner 2"] == other["inner"]


@given(
    uses=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), max_size=6),
    theirs=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd"), st.integers(1, 2)), max_size=6),
)
def test_what_is_taken_over_computes_what_it_did(
    uses: list[tuple[str, str]], theirs: list[tuple[str, str, int]]
) -> None:
    """Also where templates use each other in a circle, as a file may say."""
    mine = {name: Network((*dense(1).nodes, use("u", used)), dense(1).edges) for name, used in uses}
    given_ones = {
        name: Network((*dense(units).nodes, use("u", used)), dense(units).edges) for name, used, units in theirs
    }
    host = Network((Node("x", "input"), use("mine", "a")), (Edge("x", "mine"),), templates=mine)
    here, nodes = adopt(host, [use(name, name) for name in given_ones], given_ones)
    assert all(here.templates[name] == content for name, content in mine.items())
    for node, (name, content) in zip(nodes, given_ones.items(), strict=True):
        found = here.templates[node.params["template"]]
        assert found.node("h").params == content.node("h").params, name
        inner = found.node("u").params["template"]
        if content.node("u").params["template"] in given_ones:
            expected = given_ones[content.node("u").params["template"]]
            assert here.templates[inner].node("h").params == expected.node("h").params
