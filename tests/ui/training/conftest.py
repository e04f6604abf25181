"""What tests of training share: a document, an engine that answers as told, and the trainer between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.training.fake_engine import FakeEngine
from tests.ui.training.projects import small
from ui.document import Document
from ui.training.client import Trainer


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def document() -> Document:
    return Document(small())


@pytest.fixture
def trainer(document: Document, engine: FakeEngine) -> Iterator[Trainer]:
    trainer = Trainer(document, engine)
    yield trainer
    trainer.close()
