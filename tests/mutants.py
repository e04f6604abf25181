"""Plants errors into the rules one at a time, and counts how many of them a test finds.

``python -m tests.mutants [--sample 200] [--seed 0] [PART…]`` takes a second or two for each error. PART is part of a
file's name, such as ``lstm``, or the line of one, ``lstm.py:40``; without any, all rules are meant: those of layers,
costs and optimizers, and of stepping. An error is an operator or a comparison turned into another, a sign left out, or
a number that is off by one. Each lives in a process of its own, which runs the tests that reach its function, until one
fails. Which tests these are is found out at first, and kept in pytest's cache until a test's file changes; ``--afresh``
finds it out again.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import gc
import importlib
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

RULES = (
    "explorer/equations.py", "explorer/arrays.py", "explorer/activation.py", "explorer/convolution.py",
    "explorer/pooling.py", "explorer/recurrent.py", "explorer/norm.py", "explorer/windows.py", "explorer/moments.py",
    "explorer/reshaping.py", "explorer/cost.py", "explorer/optimizer.py", "explorer/formulas.py",
    "explorer/layers/*.py", "explorer/costs/*.py", "explorer/optimizers/*.py", "explorer/torch_*.py",
    *(
        f"explorer/stepping/{name}.py" for name in (
            "arithmetic", "check", "checked", "compute", "numbers", "passes", "paths", "rules", "trace", "units",
            "whatif", "whole", "why",
        )
    ),
)  # fmt: skip
NO_RULES = {
    "code", "caption", "operations", "help", "problem", "class_row_problem", "target_problem", "share", "create",
    "copies", "torch_costs", "torch_options", "torch_values", "layer_code", "kind_of", "cost_of", "optimizer_of",
    "from_its_file",
    "_fixes", "at_least", "need_channels", "parts", "module", "spreads", "_spread", "plain", "feeds",
    "numbers", "chunk", "affordable", "_mixes", "_block", "_rows", "_width",
}  # fmt: skip
"""Functions that compute nothing of a step: words, code, what does not fit, where long formulas break, torch's own
objects, which are the oracle, and how much of the gradient check is computed at once."""
TESTS = (
    "tests/explorer/stepping", "tests/explorer/layers", "tests/explorer/costs", "tests/explorer/optimizers",
    "tests/explorer/test_equations.py", "tests/explorer/test_formulas.py", "tests/explorer/test_feature_files.py",
)  # fmt: skip
LONG, PATIENCE = 20.0, 5.0
"""An error is found too if a test takes so many seconds of computing more, and so many times as long, as without it."""

_BINARY: dict[type[ast.AST], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
_COMPARE: dict[type[ast.AST], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One error: the number of a place in a file, the function that it is in, and what is done there."""

    path: Path
    place: int
    function: str
    line: int
    what: str


class _Planter(ast.NodeTransformer):
    """Walks the functions of a file and counts the places; turns the one at ``place`` into an error."""

    def __init__(self, place: int = -1) -> None:
        self.place, self.found = place, list[tuple[str, int, str]]()
        self._names: list[str] = []
        self._depth = 0

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._names.append(node.name)
        node.body = [self.visit(part) for part in node.body]
        self._names.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if self._depth == 0 and (node.name in NO_RULES or node.name.startswith("__")):
            return node
        self._names.append(node.name)
        self._depth += 1
        node.body = [self.visit(part) for part in node.body]
        self._depth -= 1
        self._names.pop()
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return node  # words for what does not fit

    def visit_Call(self, node: ast.Call) -> ast.AST:
        reshaped = isinstance(node.func, ast.Attribute) and node.func.attr == "reshape"
        if not reshaped:
            return self.generic_visit(node)
        node.args = [self._size(part) for part in node.args]
        node.func = self.visit(node.func)
        return node

    def _size(self, node: ast.expr) -> ast.expr:
        """To numpy any negative size is the one to be found."""
        if isinstance(node, ast.Tuple):
            node.elts = [self._size(part) for part in node.elts]
        return node if isinstance(node, ast.UnaryOp | ast.Tuple) else self.visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return node if node.arg == "digits" else self.generic_visit(node)  # how a number is written in a sentence

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        other = _BINARY.get(type(node.op))
        if other is not None and self._here(node, f"{type(node.op).__name__} becomes {other.__name__}"):
            node.op = other()
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        other = _COMPARE.get(type(node.ops[0]))
        if other is not None and self._here(node, f"{type(node.ops[0]).__name__} becomes {other.__name__}"):
            node.ops[0] = other()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub | ast.Not) and self._here(node, f"{type(node.op).__name__} is left out"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        if number and self._here(node, f"{node.value} becomes {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def _here(self, node: ast.expr, what: str) -> bool:
        if not self._depth:
            return False
        self.found.append((".".join(self._names), node.lineno, what))
        return len(self.found) - 1 == self.place


class _Marker(ast.NodeTransformer):
    """Lets every function note its name when it is called; what is inside a function counts as the function."""

    def __init__(self, path: Path) -> None:
        self._name = f"{path}:"

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outside, self._name = self._name, f"{self._name}{node.name}."
        self.generic_visit(node)
        self._name = outside
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body[:0] = ast.parse(f"{NOTE}({self._name + node.name!r})").body
        return node


NOTE = "note_a_call"
"""A builtin while it is found out which functions the tests run."""


def rules() -> list[Path]:
    """The files of rules."""
    return sorted(path for rule in RULES for path in Path().glob(rule) if path.stem != "__init__")


def mutants(parts: list[str]) -> list[Mutant]:
    """All errors that can be planted into files, or lines, whose names have one of the parts in them."""
    found = []
    for path in rules():
        planter = _Planter()
        planter.visit(ast.parse(path.read_text()))
        found += [Mutant(path, place, *told) for place, told in enumerate(planter.found)]
    return [each for each in found if not parts or any(part in f"{each.path}:{each.line}:" for part in parts)]


def plant(mutant: Mutant) -> None:
    """Give the living function, and those inside it, the code with the error."""
    tree = _Planter(mutant.place).visit(ast.parse(mutant.path.read_text()))
    if not _give(mutant.path, tree, {mutant.function}):
        raise LookupError(mutant.function)


def mark() -> None:
    """Give all living functions of rules the code that notes when they are called."""
    for path in rules():
        tree = _Marker(path).visit(ast.parse(path.read_text()))
        _give(path, tree, {code.co_qualname for code in _codes(compile(path.read_text(), str(path), "exec"))})


def _give(path: Path, tree: ast.AST, names: set[str]) -> int:
    """Give the living functions of these names their code in the tree; tells how many there are."""
    codes = {code.co_qualname: code for code in _codes(compile(ast.fix_missing_locations(tree), str(path), "exec"))}
    functions = {living.__qualname__: living for name in names for living in _living(path, name.split("."))}
    for name, function in functions.items():
        function.__code__ = codes[name]
    return len(functions)


def _living(path: Path, names: list[str]) -> Iterator[FunctionType]:
    """The outermost function of a name such as ``Class.method.inside``, if there is one."""
    holder: Any = importlib.import_module(".".join(path.with_suffix("").parts))
    for name in names:
        found = vars(holder).get(name)
        function = getattr(found, "func", None) or getattr(found, "fget", None) or getattr(found, "__wrapped__", found)
        function = getattr(function, "__func__", function)
        if isinstance(function, FunctionType):
            yield function
            return
        if not isinstance(found, type):
            return
        holder = found


def _codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _codes(part)


Reach = tuple[float, float, list[str]]
"""When a test's file was changed last, the seconds that the test takes, and the functions of rules that it runs."""
KEPT = "mutants/reach"
"""Where the reach of the tests is kept."""


def reach_of(item: pytest.Item) -> Reach:
    """Run a test, in a process of its own, since what one test keeps in memory another need not compute."""
    ours, theirs = os.pipe()
    names = set[str]()

    def work() -> bool:
        setattr(builtins, NOTE, names.add)
        start = time.process_time()
        fine = passes(item)
        told = time.process_time() - start, sorted(names)
        os.write(theirs, json.dumps(told).encode())  # a pipe holds 64 KiB
        return fine

    if not _apart(work):
        sys.exit(f"{item.nodeid} fails without any error")
    seconds, functions = json.loads(os.read(ours, 1 << 16))
    os.close(ours)
    os.close(theirs)
    return item.path.stat().st_mtime, seconds, functions


def passes(item: pytest.Item) -> bool:
    """Whether a test passes; what it and pytest say of it is not shown."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    item.session.testsfailed = 0
    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
    return not item.session.testsfailed


def _apart(work: Callable[[], bool]) -> bool:
    """What the work gives in a process of its own; False if it does not come to its end."""
    child = os.fork()
    if child == 0:
        fine = False
        try:
            fine = work()
        except BaseException:  # it must not go back into the loop of pytest
            traceback.print_exc()
        os._exit(0 if fine else 1)
    return os.waitpid(child, 0)[1] == 0


class Hunt:
    """pytest's part: it collects the tests once, and then hunts errors instead of running each test."""

    def __init__(self, chosen: list[Mutant], afresh: bool) -> None:
        self.chosen, self.afresh = chosen, afresh
        self.missed: list[Mutant] = []
        self._tests: list[tuple[pytest.Item, float, list[str]]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """The same examples as ever, but a failing one is not made smaller: that it fails is enough."""
        import hypothesis  # not sooner: pytest wants to import it itself

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        settings = hypothesis.settings(phases=phases, report_multiple_bugs=False)
        hypothesis.settings.register_profile("mutants", settings)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out which tests run which functions, and hunt."""
        gc.collect()
        gc.freeze()  # what has been imported stays shared by all processes
        cache = session.config.cache
        assert cache is not None
        if not _apart(lambda: self._learn(session.items, cache)):
            sys.exit("A test fails without any error")
        known: dict[str, Reach] = cache.get(KEPT, {})
        self._tests = [(item, *known[item.nodeid][1:]) for item in session.items]
        start = time.monotonic()
        for count, mutant in enumerate(self.chosen, start=1):
            if not self.finds(mutant):
                self.missed.append(mutant)
                print(f"not found: {mutant.path}:{mutant.line} {mutant.function}: {mutant.what}", flush=True)
            passed = time.monotonic() - start
            if count % 10 == 0:
                _tell(f"{count - len(self.missed)} of {count} found, {passed:.0f} s")
        return True

    def _learn(self, items: list[pytest.Item], cache: pytest.Cache) -> bool:
        """Keep in pytest's cache which functions the tests run that it does not know, or whose files have changed."""
        mark()
        known = {} if self.afresh else cache.get(KEPT, {})
        for count, item in enumerate(items, start=1):
            if known.get(item.nodeid, [0])[0] != item.path.stat().st_mtime:
                known[item.nodeid] = reach_of(item)
            if count % 100 == 0 or count == len(items):
                _tell(f"{count} of {len(items)} tests known")
                cache.set(KEPT, known)
        return True

    def finds(self, mutant: Mutant) -> bool:
        """Whether a test fails with the error; those that are named after its file come first, then the quickest."""
        parts = mutant.function.split(".")
        functions = {f"{mutant.path}:{'.'.join(parts[: depth + 1])}" for depth in range(len(parts))}
        tests = [(item, seconds) for item, seconds, names in self._tests if not functions.isdisjoint(names)]
        tests.sort(key=lambda test: (mutant.path.stem not in test[0].name, test[1]))

        def all_pass() -> bool:
            plant(mutant)
            for item, seconds in tests:
                signal.setitimer(signal.ITIMER_PROF, LONG + PATIENCE * seconds)  # which ends the process
                if not passes(item):
                    return False
            return True

        return not _apart(all_pass)


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    """Plant a sample of errors, and tell which ones no test found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--afresh", action="store_true")
    options = parser.parse_args()
    found = mutants(options.parts)
    hunt = Hunt(random.Random(options.seed).sample(found, min(options.sample, len(found))), options.afresh)
    if pytest.main(["-q", "-s", "--tb=no", *TESTS], plugins=[hunt]) not in (0, 5):  # 5: no test was run as usual
        sys.exit("The errors were not planted: see above.")
    dead = len(hunt.chosen) - len(hunt.missed)
    print(f"{dead} of {len(hunt.chosen)} planted errors found, of {len(found)} that there can be")


if __name__ == "__main__":
    main()
