"""Random building: the scene is the network, and undo all, redo all leads there and back.

``EDITS=100000 pytest tests/ui/editor/test_random_edits.py --timeout=0`` does so many actions, and compares the scene
with the network after each hundred.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.layers import KIND_IDS
from explorer.network import Network, NetworkError, set_params
from explorer.project.model import Project
from tests.ui.editor.conftest import Hand, check_scene, small_network
from ui import theme
from ui.document import Document
from ui.editor.actions import SPECS
from ui.editor.editor import Editor
from ui.editor.frame_item import COLOURS

EDITS = int(os.environ.get("EDITS", "0"))
MOST_NODES = 30
ACTIONS = tuple(spec.id for spec in SPECS if not spec.text.endswith("…"))
FOREIGN = (
    "",
    "{",
    "not a network",
    '{"format": "nn-explorer-project", "version": 99}',
    '{"format": "nn-explorer-project", "version": 1, "network": {"nodes": [{"id": "p", "kind": "dense"}]}}',
    '{"format": "nn-explorer-project", "version": 1, "network": {"nodes": [{"id": "p", "kind": "gone"}]}}',
)
LONG = "\u202e<b>ж" * 2500
PICK = st.integers(0, 1000)
STEP = st.integers(-9, 9).map(lambda steps: 8.0 * steps)


class Building(RuleBasedStateMachine):
    """What a person can do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.first = small_network()
        self.document = Document(Project(network=self.first))
        self.editor = Editor(self.document)
        self.editor.resize(900, 600)
        self.hand = Hand(self.editor)
        self.steps = 0

    @property
    def network(self) -> Network:
        """What is shown."""
        return self.editor.scope.network

    def attempt(self, command: object, *given: object) -> None:
        """Do it, or leave everything as it was."""
        assert callable(command)
        before = self.document.project
        try:
            command(*given)
        except NetworkError:
            assert self.document.project is before

    def teardown(self) -> None:
        """End the editor: nothing may be left."""
        check_scene(self.editor)
        self.editor.deleteLater()
        self.document.deleteLater()

    def node(self, pick: int) -> str:
        """Some node."""
        names = list(self.network.by_id)
        return names[pick % len(names)]

    def nodes(self, picks: list[int]) -> tuple[str, ...]:
        """Some nodes, each once."""
        return tuple(dict.fromkeys(self.node(pick) for pick in picks)) if self.network.nodes else ()

    @rule(kind=st.sampled_from(KIND_IDS), behind=st.booleans(), pick=PICK)
    def add(self, kind: str, behind: bool, pick: int) -> None:
        after = self.node(pick) if behind and self.network.nodes else None
        self.editor.commands.add(kind, (float(pick), 80.0), after)

    @precondition(lambda self: self.network.edges)
    @rule(kind=st.sampled_from(KIND_IDS), pick=PICK)
    def drop_on_wire(self, kind: str, pick: int) -> None:
        edges = self.network.edges
        self.attempt(self.editor.commands.drop, kind, (40.0, 40.0), edges[pick % len(edges)])

    @precondition(lambda self: self.network.nodes)
    @rule(one=PICK, two=PICK, port=st.integers(0, 3))
    def wire(self, one: int, two: int, port: int) -> None:
        self.attempt(self.editor.commands.wire, self.node(one), self.node(two), port)

    @precondition(lambda self: self.network.nodes)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3), dx=STEP, dy=STEP)
    def move(self, picks: list[int], dx: float, dy: float) -> None:
        self.editor.commands.move({self.node(pick) for pick in picks}, dx, dy)

    @precondition(lambda self: self.network.nodes)
    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def select(self, picks: list[int]) -> None:
        self.editor.scope.select(self.nodes(picks))

    @rule()
    def delete(self) -> None:
        self.editor.delete_selection()

    @rule()
    def duplicate(self) -> None:
        if len(self.network.nodes) < MOST_NODES:
            self.editor.duplicate()

    @precondition(lambda self: self.network.nodes)
    @rule(pick=PICK, name=st.sampled_from(("a", "b_2", "bad name", "x", "", LONG)))
    def rename(self, pick: int, name: str) -> None:
        self.attempt(self.editor.commands.rename, self.node(pick), name)

    @precondition(lambda self: any(node.kind == "dense" for node in self.network.nodes))
    @rule(units=st.integers(1, 5000))
    def set_units(self, units: int) -> None:
        name = next(node.id for node in self.network.nodes if node.kind == "dense")
        self.editor.scope.edit_network("set units", set_params(self.network, name, {"units": units}))

    @rule(picks=st.lists(PICK, min_size=1, max_size=4))
    def mute(self, picks: list[int]) -> None:
        self.attempt(self.editor.commands.toggle_mute, self.nodes(picks))

    @rule(picks=st.lists(PICK, min_size=1, max_size=4), title=st.sampled_from(("encoder", "", LONG)))
    def frame(self, picks: list[int], title: str) -> None:
        if self.network.nodes:
            frame = self.editor.commands.frame(self.nodes(picks))
            self.editor.commands.set_frame(frame, title=title)
            self.editor.commands.set_frame(frame, note=title, colour=COLOURS[len(picks)])

    @rule(pick=PICK, picks=st.lists(PICK, min_size=1, max_size=3))
    def change_frames(self, pick: int, picks: list[int]) -> None:
        frames = self.network.frames
        if frames and self.network.nodes:
            frame = frames[pick % len(frames)].id
            command = (self.editor.commands.put_in_frame, self.editor.commands.remove_frame)[pick % 2]
            self.attempt(command, *((frame,) if pick % 2 else (frame, self.nodes(picks))))
            self.editor.commands.take_out_of_frames(self.nodes(picks[:1]))

    @precondition(lambda self: self.network.edges)
    @rule(pick=PICK, via=st.lists(st.tuples(STEP, STEP), max_size=3))
    def bend(self, pick: int, via: list[tuple[float, float]]) -> None:
        edges = self.network.edges
        self.editor.commands.bend(edges[pick % len(edges)], via)

    @rule(picks=st.lists(PICK, min_size=1, max_size=4))
    def group(self, picks: list[int]) -> None:
        if self.network.nodes and len(self.editor.scope.path) < 3:
            self.attempt(self.editor.commands.group, self.nodes(picks))

    @rule(pick=PICK)
    def ungroup(self, pick: int) -> None:
        if self.network.nodes:
            self.attempt(self.editor.commands.ungroup, (self.node(pick),))

    @rule(pick=PICK)
    def open_or_leave(self, pick: int) -> None:
        inside = [name for name in self.network.by_id if self.editor.subnetworks.can_open(name)]
        if inside and pick % 3:
            self.editor.subnetworks.open(inside[pick % len(inside)])
        else:
            self.editor.subnetworks.leave()

    @rule(action=st.sampled_from(ACTIONS))
    def trigger(self, action: str) -> None:
        grows = action in ("paste", "duplicate") and len(self.network.nodes) >= MOST_NODES
        if not grows:
            self.editor.actions_by_id[action].trigger()

    @rule(text=st.sampled_from(FOREIGN))
    def paste_foreign(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        if len(self.network.nodes) < MOST_NODES:
            self.editor.paste()

    @rule(start=st.tuples(STEP, STEP), way=st.tuples(STEP, STEP), escape=st.booleans(), pick=PICK)
    def drag(self, start: tuple[float, float], way: tuple[float, float], escape: bool, pick: int) -> None:
        """A press somewhere, or on a node, and a way from there; perhaps given up."""
        name = self.node(pick) if pick % 2 and self.network.nodes else None
        here = self.hand.body(name) if name else QPointF(*start) * 6
        there = here + QPointF(*way) * 3
        self.hand.press(here)
        self.hand.move((here + there) / 2)
        self.hand.move(there)
        if escape:
            self.hand.key(Qt.Key.Key_Escape)
        self.hand.release(there)

    @rule(pick=PICK)
    def delete_what_is_renamed(self, pick: int) -> None:
        if self.network.nodes:
            self.editor.scope.select((self.node(pick),))
            self.editor.rename_selected()
            QTest.keyClicks(self.editor.rename_field, "half")
            self.editor.delete_selection()
            assert not self.editor.rename_field.isVisible()

    @precondition(lambda self: any(problem.fixes for problem in self.document.problems))
    @rule()
    def fix(self) -> None:
        problem = next(problem for problem in self.document.problems if problem.fixes)
        assert problem.node is not None
        self.editor.attempt(lambda: self.document.apply_fix(problem.node or "", problem.fixes[0]))

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
        self.steps += 1
        if not EDITS or self.steps % 100 == 0:
            check_scene(self.editor)


def stack_index(document: Document) -> int:
    """How many edits are done."""
    return document.undo_stack.index()


@pytest.fixture
def themed(qapp: QApplication, light: theme.Theme) -> theme.Theme:
    """Fonts and colours, as sizes of nodes need them."""
    return light


def test_any_order_of_edits(themed: theme.Theme) -> None:
    examples, steps = (EDITS // 100, 100) if EDITS else (25, 25)
    run_state_machine_as_test(
        Building, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    )
