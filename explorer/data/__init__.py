"""The sources of examples: one file each, and the list that makes them known."""

from __future__ import annotations

from explorer.data.characters import Characters
from explorer.data.digits import Digits
from explorer.data.inline import Inline
from explorer.data.noisy_sine import NoisySine
from explorer.data.sequences import Sequences
from explorer.source import DataSource

SOURCES: tuple[DataSource, ...] = (Inline(), Digits(), Characters(), NoisySine(), Sequences())


def source_of(source_id: str) -> DataSource:
    """The data source with this id; raises KeyError."""
    return {entry.id: entry for entry in SOURCES}[source_id]
