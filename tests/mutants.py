"""Plants errors into the rules one at a time, and counts how many of them a test finds.

``python -m tests.mutants [--sample 200] [--seed 0] [PART…]`` takes some seconds for each error. PART is part of a
file's name, such as ``lstm``; without any, all rules are meant: those of layers, costs and optimizers, and of stepping.
An error is an operator or a comparison turned into another, a sign left out, or a number that is off by one. Each lives
in a process of its own, which runs the tests that hold the rules, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

RULES = (
    "explorer/stepping/rules.py", "explorer/equations.py", "explorer/arrays.py", "explorer/activation.py",
    "explorer/convolution.py", "explorer/pooling.py", "explorer/recurrent.py", "explorer/norm.py",
    "explorer/windows.py", "explorer/moments.py", "explorer/layers/*.py", "explorer/costs/*.py",
    "explorer/optimizers/*.py",
)  # fmt: skip
NO_RULES = {
    "code", "caption", "operations", "help", "problem", "class_row_problem", "target_problem", "share", "create",
    "copies", "torch_costs", "torch_options", "torch_values", "layer_code", "kind_of", "cost_of", "optimizer_of",
    "from_its_file",
    "_fixes", "at_least", "need_channels", "parts", "module", "spreads", "_spread", "plain", "feeds",
}  # fmt: skip
"""Functions that compute nothing of a step: words, code, what does not fit, and torch's own objects, the oracle."""
TESTS = (
    "tests/explorer/stepping/test_worked_example.py", "tests/explorer/stepping/test_trace.py",
    "tests/explorer/stepping/test_inside.py", "tests/explorer/layers/test_kinds.py", "tests/explorer/costs",
    "tests/explorer/optimizers", "tests/explorer/test_equations.py", "tests/explorer/layers/test_numpy.py",
)  # fmt: skip
OWN_TESTS = {
    "layers": ("tests/explorer/layers/test_kinds.py", "tests/explorer/layers/test_numpy.py"),
    "costs": ("tests/explorer/costs",),
    "optimizers": ("tests/explorer/optimizers",),
}
SECONDS = 300
"""A rule that takes longer with an error than this is taken to be found."""

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


def mutants(parts: list[str]) -> list[Mutant]:
    """All errors that can be planted into files whose names have one of the parts in them."""
    found = []
    for path in sorted(path for rule in RULES for path in Path().glob(rule)):
        if path.stem != "__init__" and (not parts or any(part in str(path) for part in parts)):
            planter = _Planter()
            planter.visit(ast.parse(path.read_text()))
            found += [Mutant(path, place, *told) for place, told in enumerate(planter.found)]
    return found


def plant(mutant: Mutant) -> None:
    """Give the living function, and those inside it, the code with the error."""
    tree = _Planter(mutant.place).visit(ast.parse(mutant.path.read_text()))
    whole = compile(ast.fix_missing_locations(tree), str(mutant.path), "exec")
    names = mutant.function.split(".")
    holder: Any = importlib.import_module(".".join(mutant.path.with_suffix("").parts))
    for depth, name in enumerate(names):
        found = vars(holder)[name]
        function = getattr(found, "func", None) or getattr(found, "fget", None) or getattr(found, "__wrapped__", found)
        function = getattr(function, "__func__", function)
        if isinstance(function, FunctionType):
            function.__code__ = next(c for c in _codes(whole) if c.co_qualname == ".".join(names[: depth + 1]))
            return
        holder = found
    raise LookupError(mutant.function)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _codes(part)


def killed(mutant: Mutant) -> bool:
    """Whether a test fails with the error, in a process of its own."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        plant(mutant)
        options = ["-x", "-q", "-p", "no:cacheprovider"]
        if mutant.path.parent.name in OWN_TESTS:  # most are found at once by those of their own kind
            found = pytest.main([*options, *OWN_TESTS[mutant.path.parent.name], "-k", mutant.path.stem])
            if found not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
                os._exit(1)
        os._exit(int(pytest.main([*options, *TESTS]) != pytest.ExitCode.OK))
    return os.waitpid(child, 0)[1] != 0


def main() -> None:
    """Plant a sample of errors, and tell which ones no test found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = mutants(options.parts)
    chosen = random.Random(options.seed).sample(found, min(options.sample, len(found)))
    pytest.main(["-q", "--collect-only", "-p", "no:cacheprovider", *TESTS])  # imports everything, once
    dead, start = 0, time.monotonic()
    for count, mutant in enumerate(chosen, start=1):
        fine = killed(mutant)
        dead += fine
        if not fine:
            print(f"not found: {mutant.path}:{mutant.line} {mutant.function}: {mutant.what}", flush=True)
        if count % 10 == 0:
            print(f"{dead} of {count} found, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"{dead} of {len(chosen)} planted errors found, of {len(found)} that there can be")


if __name__ == "__main__":
    main()
