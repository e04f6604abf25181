"""sources: functions and classes of this program as text, with all that they use, for exported programs.

What is copied is what runs here, so it cannot differ. Only the text is read: no module is imported for it.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_ROOT = __name__.partition(".")[0]
_LINT = re.compile(r"  # (type: ignore|noqa).*")
_LASTING = (ast.ClassDef, ast.FunctionDef, ast.Assign, ast.AnnAssign)


@dataclass(frozen=True)
class Copied:
    """Definitions in an order in which they run, the import statements that they need, and the names they define."""

    definitions: tuple[str, ...] = ()
    imports: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Module:
    """The text of a module: where each name is defined, and the import statement that brings others."""

    lines: tuple[str, ...]
    defined: dict[str, ast.stmt]
    imported: dict[str, ast.ImportFrom | ast.Import]

    def text(self, node: ast.stmt) -> str:
        """The lines of a definition, with its decorators, without notes to lint tools."""
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])
        return "\n".join(_LINT.sub("", line) for line in self.lines[first - 1 : node.end_lineno])


def copied(module: str, names: Iterable[str]) -> Copied:
    """Definitions of a module by name, and all of this program that they use."""
    return _gather([(module, name) for name in names])


def copied_method(module: str, owner: str, method: str, name: str) -> tuple[str, Copied]:
    """A method that needs no ``self`` as a function called ``name``, and what it uses; raises TypeError if it does."""
    read = _read(module)
    holder = read.defined[owner]
    assert isinstance(holder, ast.ClassDef)
    node = next(part for part in holder.body if isinstance(part, ast.FunctionDef) and part.name == method)
    arguments = [argument.arg for argument in node.args.args]
    used = list(_names(node.body))
    if arguments[:1] != ["self"] or "self" in used:
        raise TypeError(f"{module}.{owner}.{method} needs its object and cannot be copied")
    text = textwrap.dedent(read.text(node)).replace(f"def {method}(self, ", f"def {name}(", 1)
    return text, _gather([(module, word) for word in (*used, *_names([node]))])


def _gather(wanted: list[tuple[str, str]]) -> Copied:
    """Everything that is reached from (module, name) pairs; names that are built in are left out."""
    found: dict[tuple[str, str], ast.stmt] = {}
    imports, todo = set(), wanted[:]
    while todo:
        module, name = todo.pop()
        read = _read(module)
        if name in read.defined and (module, name) not in found:
            found[module, name] = node = read.defined[name]
            todo += [(module, used) for used in _names([node])]
        elif name in read.imported:
            statement = read.imported[name]
            origin = statement.module if isinstance(statement, ast.ImportFrom) else ""
            if origin and origin.split(".")[0] == _ROOT:
                todo.append((origin, name))
            else:
                imports.add(_import_text(statement, name))
    ranked = sorted(found.items(), key=lambda item: (item[0][0], item[1].lineno))
    texts = tuple(_read(module).text(node) for (module, _), node in ranked)
    return Copied(texts, frozenset(imports), frozenset(name for _, name in found))


@lru_cache(maxsize=64)
def _read(module: str) -> _Module:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    defined: dict[str, ast.stmt] = {}
    imported: dict[str, ast.ImportFrom | ast.Import] = {}
    for node in _statements(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported |= {alias.asname or alias.name: node for alias in node.names}
        elif isinstance(node, _LASTING):
            defined |= dict.fromkeys(_defined_by(node), node)
    return _Module(tuple(text.splitlines()), defined, imported)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a module, and those for type checkers alone."""
    for node in tree.body:
        yield from node.body if isinstance(node, ast.If) else [node]


def _defined_by(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that is read in them."""
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name):
                yield node.id


def _import_text(statement: ast.ImportFrom | ast.Import, name: str) -> str:
    alias = next(alias for alias in statement.names if (alias.asname or alias.name) == name)
    taken = alias.name + (f" as {alias.asname}" if alias.asname else "")
    return f"from {statement.module} import {taken}" if isinstance(statement, ast.ImportFrom) else f"import {taken}"
