"""Names that people give become identifiers and nothing else: no name, however hostile, changes what a program says.

The long form, with 100,000 names: pytest tests/explorer/exchange/test_names.py --hypothesis-profile long --timeout 0
"""

from __future__ import annotations

import ast
import keyword
from dataclasses import replace
from pathlib import Path

from hypothesis import assume, example, given
from hypothesis import strategies as st
from torch import nn

from explorer.exchange.export import export_pytorch
from explorer.exchange.identifiers import MODULE_WORDS, RESERVED, class_name, identifier, identifiers
from explorer.exchange.lines import words
from explorer.exchange.model_code import model_program
from explorer.network import Edge, Network, Node
from explorer.project.model import Project
from explorer.resolve import resolve
from tests.explorer.exchange.programs import text_of
from tests.explorer.training.small import project

HOSTILE = (
    *("self", "torch", "nn", "F", "Tensor", "class", "None", "match", "print", "train", "forward"),
    *("weight", "super", "__class__", "__init__", "_parameters", "__h", "x\n    import os"),
    *("x; import os", "x=1", "#", "'''", '"""', "\\", '"; import os; "', "{m}", "{0}", "{0.__class__}"),
    *("%s", "a/b", "a-b", "a_b", "a b", "ﬁ", "fi", "ℌ", "H", "\u00e9", "e\u0301", "²", "٣", "2", "", " ", "\t"),
    *("\r", "\x00", "\x0c", "\x85", "\u2028", "\u202e", "\ud800", "😀", "名前", "x" * 500, "\u0301", "a\u0301", "·"),
    *("ª", "_", "__", "-", "/", "x/y/z", "eval('1')", "# -*- coding: utf-7 -*-", "\ufeff"),
)
NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=12),
    st.builds(str.__add__, st.sampled_from(HOSTILE), st.text(max_size=4)),
    st.sampled_from(sorted(MODULE_WORDS | RESERVED)),
)
COUNT = 50
"""Names per example."""


@given(st.lists(NAMES, min_size=COUNT, max_size=COUNT, unique=True))
def test_identifiers_are_valid_different_and_free(names: list[str]) -> None:
    found = identifiers(names, MODULE_WORDS)
    assert list(found) != []
    assert set(found) == set(names)
    assert len(set(found.values())) == len(names)
    for text, name in found.items():
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
        assert name not in RESERVED | MODULE_WORDS
        (statement,) = ast.parse(name).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Name)
        assert statement.value.id == name  # Python reads it as it is written
        if identifier(text) == text and text not in RESERVED | MODULE_WORDS:
            assert name == text


@given(st.lists(NAMES, min_size=2, max_size=2), st.frozensets(st.sampled_from(("Network", "XY", "SelfTorch"))))
def test_names_of_classes(parts: list[str], reserved: frozenset[str]) -> None:
    name = class_name("".join(parts), reserved)
    assert name.isidentifier()
    assert name not in reserved | RESERVED
    assert name[0].isupper()


@given(NAMES)
def test_words_are_safe_in_comments_and_docstrings(text: str) -> None:
    safe = words(text)
    assert ast.get_docstring(ast.parse(f'"""{safe}"""')) == (safe or "") or not safe
    assert ast.dump(ast.parse(f"x = 1  # {safe}")) == ast.dump(ast.parse("x = 1"))


def network_of(names: list[str]) -> Network:
    """Layers that have, share, and freeze weights, a subnetwork, and as many plain ones as there are names."""
    x, h, again, block, add, *more = names
    inner = Network(
        (Node(x, "input", {"shape": (3,)}), Node(h, "dense", {"units": 3, "freeze": True}), Node(again, "tanh")),
        (Edge(x, h), Edge(h, again)),
    )
    nodes = (
        Node(x, "input", {"shape": (3,)}),
        Node(h, "dense", {"units": 3}),
        Node(again, "dense", {"units": 3, "share": h}),
        Node(block, "subnetwork", {"template": add}),
        Node(add, "add"),
        *(Node(name, "softplus" if place % 2 else "dropout") for place, name in enumerate(more)),
    )
    edges = (Edge(x, h), Edge(h, again), Edge(again, block), Edge(block, add), Edge(x, add, 1))
    chain = tuple(Edge(one, other) for one, other in zip((add, *more), more, strict=False))
    return Network(nodes, (*edges, *chain), templates={add: inner})


def skeleton(text: str) -> list[str]:
    """A program without texts, each variable and attribute of self in a part its number in order of appearance."""
    tree = ast.parse(text)
    for part in tree.body:
        numbers: dict[str, int] = {}
        for node in ast.walk(part):
            of_self = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
            own = of_self or not isinstance(node, (ast.Attribute, ast.keyword))
            for field in ("id", "attr", "arg", "name"):
                name = getattr(node, field, None)
                if own and isinstance(name, str) and name != "self":
                    setattr(node, field, f"v{numbers.setdefault(name, len(numbers))}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
    return [ast.dump(part) for part in tree.body]


PLAIN = skeleton(text_of(model_program(n := network_of([f"n{i}" for i in range(COUNT)]), resolve(n), "Plain")))


@given(st.lists(NAMES, min_size=COUNT, max_size=COUNT, unique=True), NAMES)
def test_hostile_names_give_the_same_program(names: list[str], title: str) -> None:
    # Params that name a layer or a template take what can be seen; the rest may be called anything.
    network = network_of(sorted(names, key=lambda name: not (name.isprintable() and 0 < len(name) <= 64)))
    assume("?" not in names and not resolve(network).problems)  # "?" stands for what is broken, and names no layer
    assert skeleton(text_of(model_program(network, resolve(network), title))) == PLAIN


@given(NAMES, NAMES)
@example("Sequence", "program")
@example("Path", "\ud800")
def test_a_hostile_title_and_file_name_give_the_same_training(title: str, stem: str) -> None:
    plain, given_project = Path("program.py"), replace(project(), name=title)
    expected = export_pytorch(replace(project(), name="Plain"), plain).files[plain].decode()
    path = Path((stem.replace("/", "").replace("\x00", "") or "x") + ".py")
    found = export_pytorch(given_project, path).files[path]
    if path.name.encode(errors="replace").decode() == path.name:  # else the data has another name
        assert skeleton(found.decode()) == skeleton(expected)


def test_the_words_of_every_module_are_reserved() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= MODULE_WORDS


def test_reserved_names_get_an_underscore_and_others_a_number() -> None:
    assert identifiers(["sum", "class", "train", "a-b", "a/b", "a_b", "2x"], MODULE_WORDS) == {
        "sum": "sum_",
        "class": "class_",
        "train": "train_",
        "a_b": "a_b",
        "a-b": "a_b_2",
        "a/b": "a_b_3",
        "2x": "layer_2x",
    }
    assert [class_name(text) for text in ("two-two-two", "2 layers", "", "é a", "Exception")] == [
        *("TwoTwoTwo", "Network2Layers", "Network", "ÉA", "Exception2")
    ]


def test_a_project_whose_class_would_hide_an_import_is_called_otherwise() -> None:
    given_project: Project = replace(project(), name="path")
    path = Path("x.py")
    assert b"class Path2(nn.Module)" in export_pytorch(given_project, path).files[path]
