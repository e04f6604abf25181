"""model_code: a resolved network as classes of PyTorch, such as one writes by hand; needs no torch itself.

A layer is an attribute, and its output a variable, of its name; a subnetwork is a class of its own. Names of people
only ever become identifiers, and everything else is text of this program with checked literals in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from explorer.exchange.identifiers import MODULE_WORDS, class_name, identifier, identifiers
from explorer.exchange.lines import Line, block, import_lines, indented, plain, words, wrapped
from explorer.kind import Code, Shape
from explorer.layers import kind_of
from explorer.network import Network, Node
from explorer.resolve import Layer, Resolved

_DEFINED = re.compile(r"^(?:class |def |(?=\w+ ?=))(\w+)", re.MULTILINE)
"""What a support text defines for the whole file."""

_IMPORTS = {"import torch": r"\btorch\.", "from torch.nn import functional as F": r"\bF\."}


@dataclass(frozen=True)
class ModelCode:
    """The classes of a network.

    ``paths`` tells where each layer with weights of its own is found in the module, ``block.conv`` for ``block/conv``;
    ``made`` lists the layers that have a module in the order in which they are made.
    """

    name: str
    lines: tuple[Line, ...]
    imports: frozenset[str]
    paths: Mapping[str, str]
    made: tuple[str, ...]


@dataclass
class _Class:
    """What is inside a class; ``paths`` and ``made`` are relative to it."""

    init: list[Line] = field(default_factory=list)
    forward: list[Line] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """By which two classes of one template are told apart."""
        lines = (line.text for line in (*self.init, *self.forward))
        return "\n".join((", ".join(self.arguments), *lines, ", ".join(self.results)))


class _NotNested(Exception):
    """The network cannot be written with a class per subnetwork."""


def model_code(network: Network, resolved: Resolved, title: str = "", reserved: Collection[str] = ()) -> ModelCode:
    """The classes of a network; ``reserved`` names are defined elsewhere in the same file.

    Raises ValueError if the network has problems.
    """
    if resolved.problems:
        raise ValueError(resolved.problems[0].message)
    try:
        return _Writer(network, resolved, title, reserved).write()
    except _NotNested:
        return _Writer(resolved.network, resolved, title, reserved).write()


def model_program(network: Network, resolved: Resolved, title: str = "") -> tuple[Line, ...]:
    """A file with the classes alone; raises ValueError if the network has problems."""
    code = model_code(network, resolved, title)
    told = f'"""{words(title) or code.name} as a PyTorch module, exported from Neural Network Explorer."""'
    return (*plain(told, ""), *import_lines(code.imports), *plain("", ""), *code.lines)


class _Writer:
    """Writes one network."""

    def __init__(self, network: Network, resolved: Resolved, title: str, reserved: Collection[str]) -> None:
        self.network, self.resolved = network, resolved
        self.ranks = {name: rank for rank, name in enumerate(resolved.order)}
        self.codes = {layer.id: _code(layer) for layer in resolved.running}
        self.support = tuple(dict.fromkeys(code.support for code in self.codes.values() if code.support))
        self.defined = {name for text in self.support for name in _DEFINED.findall(text)}.union(reserved)
        networks = (network, *network.templates.values())
        self.called = {identifier(node.id) for one in networks for node in one.nodes} | self.defined
        self.name = class_name(title, self.called)
        self.blocks: dict[tuple[str, str], str] = {}
        self.uses: Counter[str] = Counter()
        self.written: dict[str, tuple[str, _Class]] = {}

    def write(self) -> ModelCode:
        """All classes, those that others use first."""
        outer = self._class(self.network, "")
        lines: list[Line] = []
        for text in self.support:
            lines += [*block(text), *plain("", "")]
        for name, (title, inner) in self.written.items():
            several = f", used {self.uses[name]} times" if self.uses[name] > 1 else ""
            told = f"{words(title) or name}{several}."
            lines += [*_class_lines(name, told, inner), *plain("", "")]
        lines += _class_lines(self.name, self._summary(), outer)
        return ModelCode(self.name, tuple(lines), self._imports(), outer.paths, tuple(outer.made))

    def _summary(self) -> str:
        """``Takes (batch, 64), gives (batch, 10); 2,250 weights.``"""
        shapes = [
            [self.resolved.layers[node].shape for node in ends]
            for ends in (self.resolved.inputs, self.resolved.outputs)
        ]
        taken, given = (" and ".join(_shape_text(shape or ()) for shape in found) for found in shapes)
        count = self.resolved.parameters
        return f"Takes {taken}, gives {given}; {count:,} weight{'' if count == 1 else 's'}."

    def _imports(self) -> frozenset[str]:
        used = "\n".join(f"{code.module} {code.call} {code.support}" for code in self.codes.values())
        found = {"from torch import Tensor", "from torch import nn"}
        found |= {statement for statement, pattern in _IMPORTS.items() if re.search(pattern, used)}
        return frozenset(found)

    def _class(self, network: Network, prefix: str) -> _Class:
        """What is inside the class of a network whose layers are called ``prefix`` and their names."""
        names = identifiers([node.id for node in network.nodes], MODULE_WORDS | self.defined)
        made = _Class()
        for node in self._construction_order(network, prefix):
            if not node.muted and not _enters(node):
                self._construct(node, prefix, names[node.id], made)
        self._tie(network, prefix, names, made)
        self._compute(network, prefix, names, made)
        return made

    def _construction_order(self, network: Network, prefix: str) -> list[Node]:
        """The nodes as the network runs them; a subnetwork as its first layer."""

        def rank(node: Node) -> int:
            layer = self.resolved.layers[prefix + node.id]
            return min((self.ranks[one.id] for one in layer.inside or (layer,) if one.id in self.ranks), default=0)

        return sorted(network.nodes, key=rank)

    def _construct(self, node: Node, prefix: str, name: str, made: _Class) -> None:
        """The line of ``__init__`` that makes a layer's module."""
        if kind_of(node.kind).expands:
            block_name, inner = self._block(node, prefix)
            made.init.append(Line(f"self.{name} = {block_name}()", prefix + node.id))
            made.paths |= {f"{node.id}/{layer}": f"{name}.{path}" for layer, path in inner.paths.items()}
            made.made += [f"{node.id}/{layer}" for layer in inner.made]
            return
        layer, code = self.resolved.layers[prefix + node.id], self.codes[prefix + node.id]
        if not code.module or self._reuses(layer):
            return
        made.init += wrapped(f"self.{name} = {code.module}", layer.id)
        made.paths[node.id] = name
        made.made.append(node.id)
        if layer.frozen and layer.weights:
            made.init.append(Line(f"self.{name}.requires_grad_(False)", layer.id))

    def _block(self, node: Node, prefix: str) -> tuple[str, _Class]:
        """The class that a subnetwork is made from: that of another use, if both are the same to the letter."""
        title = node.params["template"]
        inner = self._class(self.network.templates[title], f"{prefix}{node.id}/")
        key = (title, inner.text)
        if key not in self.blocks:
            name = class_name(title, {*self.called, self.name, *self.written})
            self.blocks[key] = name
            self.written[name] = (title, inner)
        name = self.blocks[key]
        self.uses[name] += 1
        return name, inner

    def _reuses(self, layer: Layer) -> bool:
        """Whether a layer that shares another's weights can be the same module: their settings are the same too."""
        return bool(layer.owner) and self.codes[layer.owner].module == self.codes[layer.id].module

    def _tie(self, network: Network, prefix: str, names: Mapping[str, str], made: _Class) -> None:
        """The lines by which modules of their own use the weights of others."""
        for node in network.nodes:
            layer = self.resolved.layers.get(prefix + node.id)
            if layer is None or not layer.owner or node.muted or self._reuses(layer):
                continue
            owner = self.resolved.layers[layer.owner]
            path = _path(layer.owner, prefix, made)
            for weight in (*owner.weights, *owner.buffers):
                made.init.append(Line(f"self.{names[node.id]}.{weight} = self.{path}.{weight}", layer.id))

    def _compute(self, network: Network, prefix: str, names: Mapping[str, str], made: _Class) -> None:
        """The arguments, lines and results of ``forward``."""
        values: dict[str, str] = {}
        for node in network.nodes:
            if _enters(node) and (prefix or not node.muted):
                made.arguments.append(names[node.id])
        for node in _reading_order(network):
            given = [values[edge.source] for edge in network.incoming[node.id] if edge.source in values]
            if node.muted:
                values |= dict(zip([node.id], given, strict=False))
                continue
            values[node.id] = names[node.id]
            if not _enters(node):
                made.forward += self._call(node, prefix, names[node.id], given, made)
        made.results = self._results(network, prefix, values)

    def _call(self, node: Node, prefix: str, name: str, given: list[str], made: _Class) -> list[Line]:
        """The line that computes a layer's output; where its shape is a new one, a comment tells it."""
        full = prefix + node.id
        layer = self.resolved.layers[full]
        if layer.kind.expands:
            value = f"self.{name}({', '.join(given)})"
        else:
            path = _path(layer.owner, prefix, made) if self._reuses(layer) else name
            value = self.codes[full].call.format(*given, inputs=", ".join(given), m=f"self.{path}")
        lines = wrapped(f"{name} = {value}", full)
        if not prefix and layer.shape is not None and layer.shape not in layer.inputs:
            lines[-1] = Line(f"{lines[-1].text}  # {_shape_text(layer.shape)}", full)
        return lines

    def _results(self, network: Network, prefix: str, values: Mapping[str, str]) -> list[str]:
        """The variables that ``forward`` returns; raises _NotNested if an output lies inside a class."""
        if prefix:
            if network.outputs[0] not in values:
                raise _NotNested
            return [values[network.outputs[0]]]
        ends = {self.resolved.stands_for.get(node, node): value for node, value in values.items()}
        if not all(node in ends for node in self.resolved.outputs):
            raise _NotNested
        return [ends[node] for node in self.resolved.outputs]


def _code(layer: Layer) -> Code:
    return layer.kind.code(layer.params, tuple(shape for shape in layer.inputs if shape is not None))


def _enters(node: Node) -> bool:
    """Whether a node is an input: an argument, and no layer."""
    kind = kind_of(node.kind)
    return not kind.ports and not kind.expands


def _path(owner: str, prefix: str, made: _Class) -> str:
    """Where a class finds a layer; raises _NotNested if that lies outside of it."""
    inner = owner.removeprefix(prefix)
    if not owner.startswith(prefix) or inner not in made.paths:
        raise _NotNested
    return made.paths[inner]


def _class_lines(name: str, told: str, inner: _Class) -> list[Line]:
    arguments = ", ".join(f"{argument}: Tensor" for argument in inner.arguments)
    returned = "Tensor" if len(inner.results) == 1 else f"tuple[{', '.join('Tensor' for _ in inner.results)}]"
    lines = [*plain(f"class {name}(nn.Module):"), *indented(plain(f'"""{told}"""', ""))]
    if inner.init:
        lines += indented(plain("def __init__(self) -> None:"))
        lines += indented([*plain("super().__init__()"), *inner.init], 2)
        lines.append(Line(""))
    head = wrapped(f"def forward(self, {arguments}) -> {returned}:")
    body = [*inner.forward, *wrapped(f"return {', '.join(inner.results)}")]
    return [*lines, *indented(head), *indented(body, 2)]


def _reading_order(network: Network) -> Iterator[Node]:
    """The nodes in an order in which each follows what it reads, one branch after the other."""
    waiting = {node.id: len(network.incoming[node.id]) for node in network.nodes}
    ready = [node.id for node in reversed(network.nodes) if not waiting[node.id]]
    while ready:
        name = ready.pop()
        yield network.by_id[name]
        following = []
        for edge in network.outgoing[name]:
            waiting[edge.target] -= 1
            if not waiting[edge.target]:
                following.append(edge.target)
        ready += reversed(following)


def _shape_text(shape: Shape) -> str:
    """``(batch, 8, 6, 6)``."""
    return f"({', '.join(('batch', *map(str, shape)))})"
