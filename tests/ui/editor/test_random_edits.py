"""Random building: after every step the scene is the network, and undo all, redo all leads there and back."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtWidgets import QApplication

from explorer.layers import KIND_IDS
from explorer.network import Network, NetworkError, set_params
from explorer.project.model import Project
from tests.ui.editor.conftest import check_scene, small_network
from ui import theme
from ui.document import Document
from ui.editor.editor import Editor

PICK = st.integers(0, 1000)
STEP = st.integers(-9, 9).map(lambda steps: 8.0 * steps)


class Building(RuleBasedStateMachine):
    """What a person can do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.first = small_network()
        self.document = Document(Project(network=self.first))
        self.editor = Editor(self.document)

    def teardown(self) -> None:
        """End the editor: nothing may be left."""
        self.editor.deleteLater()
        self.document.deleteLater()

    def node(self, pick: int) -> str:
        """Some node."""
        names = list(self.document.network.by_id)
        return names[pick % len(names)]

    @rule(kind=st.sampled_from(KIND_IDS), behind=st.booleans(), pick=PICK)
    def add(self, kind: str, behind: bool, pick: int) -> None:
        after = self.node(pick) if behind and self.document.network.nodes else None
        self.editor.commands.add(kind, (float(pick), 80.0), after)

    @precondition(lambda self: self.document.network.edges)
    @rule(kind=st.sampled_from(KIND_IDS), pick=PICK)
    def drop_on_wire(self, kind: str, pick: int) -> None:
        edges = self.document.network.edges
        self.editor.commands.drop(kind, (40.0, 40.0), edges[pick % len(edges)])

    @precondition(lambda self: self.document.network.nodes)
    @rule(one=PICK, two=PICK, port=st.integers(0, 3))
    def wire(self, one: int, two: int, port: int) -> None:
        before = self.document.network
        try:
            self.editor.commands.wire(self.node(one), self.node(two), port)
        except NetworkError:
            assert self.document.network is before

    @precondition(lambda self: self.document.network.nodes)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), dx=STEP, dy=STEP)
    def move(self, picks: list[int], dx: float, dy: float) -> None:
        self.editor.commands.move({self.node(pick) for pick in picks}, dx, dy)

    @precondition(lambda self: self.document.network.nodes)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def select(self, picks: list[int]) -> None:
        self.document.select(tuple(dict.fromkeys(self.node(pick) for pick in picks)))

    @rule()
    def delete(self) -> None:
        self.editor.delete_selection()

    @rule()
    def duplicate(self) -> None:
        if len(self.document.network.nodes) < 30:
            self.editor.duplicate()

    @precondition(lambda self: self.document.network.nodes)
    @rule(pick=PICK, name=st.sampled_from(("a", "b_2", "bad name", "x", "")))
    def rename(self, pick: int, name: str) -> None:
        before = self.document.network
        try:
            self.editor.commands.rename(self.node(pick), name)
        except NetworkError:
            assert self.document.network is before

    @precondition(lambda self: any(node.kind == "dense" for node in self.document.network.nodes))
    @rule(units=st.integers(1, 5000))
    def set_units(self, units: int) -> None:
        name = next(node.id for node in self.document.network.nodes if node.kind == "dense")
        self.document.edit_network("set units", set_params(self.document.network, name, {"units": units}))

    @precondition(lambda self: any(problem.fixes for problem in self.document.problems))
    @rule()
    def fix(self) -> None:
        problem = next(problem for problem in self.document.problems if problem.fixes)
        assert problem.node is not None
        self.editor.apply_fix(problem.node, problem.fixes[0])

    @rule()
    def arrange(self) -> None:
        self.editor.arrange()

    @rule()
    def undo(self) -> None:
        self.document.undo_stack.undo()

    @rule()
    def redo(self) -> None:
        self.document.undo_stack.redo()

    @rule()
    def there_and_back(self) -> None:
        """All undone is the first network; all redone is what was there."""
        stack, here = self.document.undo_stack, stack_index(self.document)
        states: list[Network] = [self.document.network]
        while stack.canUndo():
            stack.undo()
            states.append(self.document.network)
        assert self.document.network == self.first
        check_scene(self.editor)
        while stack_index(self.document) < here:
            states.pop()
            stack.redo()
            assert self.document.network is states[-1]

    @invariant()
    def scene_is_network(self) -> None:
        check_scene(self.editor)


def stack_index(document: Document) -> int:
    """How many edits are done."""
    return document.undo_stack.index()


@pytest.fixture
def themed(qapp: QApplication, light: theme.Theme) -> theme.Theme:
    """Fonts and colours, as sizes of nodes need them."""
    return light


def test_any_order_of_edits(themed: theme.Theme) -> None:
    run_state_machine_as_test(Building, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))
