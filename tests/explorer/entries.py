"""What every entry of every list promises: it is found by its id, explains itself, and describes its params."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from explorer.params import Param


def check_entry(entry: Any, find: Callable[[str], Any]) -> None:
    """Its id is its file's name and finds it; it has a title, and a docstring for users."""
    assert Path(inspect.getfile(type(entry))).stem == entry.id
    assert find(entry.id) is entry
    assert entry.title
    assert type(entry).__doc__
    assert entry.help.endswith(".")


def check_help_parts(entry: Any) -> None:
    """Its help says what it is in a paragraph, then its formula, when to use it, and the source."""
    paragraphs = entry.help.split("\n\n")
    assert [part.partition(":")[0] for part in paragraphs[1:]] == ["Formula", "When to use it", "Source"]
    assert all(part.endswith(".") for part in paragraphs)


def check_ids(entries: Sequence[Any], find: Callable[[str], Any]) -> None:
    """No two entries have one id, and one that nobody has is a KeyError."""
    assert len({entry.id for entry in entries}) == len(entries)
    with pytest.raises(KeyError):
        find("no_such_entry")


def check_params_described(params: Sequence[Param]) -> None:
    """Names differ; each has label, help, range and schema, and a default that it accepts and reads back."""
    assert len({param.name for param in params}) == len(params)
    for param in params:
        assert param.label
        assert param.help
        assert param.range_text()
        assert param.schema()
        assert param.check(param.default) == param.default
        assert param.parse(param.show(param.default)) == param.default
