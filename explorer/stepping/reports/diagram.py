"""A picture of the network as SVG, drawn without a window: units and weights of small layers, blocks for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from explorer.equations import Quantity
from explorer.kind import show_shape
from explorer.stepping.naming import shown_name
from explorer.stepping.notation import Notation
from explorer.stepping.trace import Trace

MOST_UNITS = 7
MOST_COLUMNS = 12
RADIUS, BLOCK_WIDTH, BLOCK_HEIGHT = 26, 120, 48
_ACROSS, _DOWN, _TOP = 190, 92, 60
_COLOURS = {"ink": "#1A1F26", "soft": "#4B5563", "wire": "#8E99A6", "surface": "#FFFFFF"}
_VARIABLES = {
    "ink": "var(--text)", "soft": "var(--text2)", "wire": "var(--wire)", "surface": "var(--surf)",
}  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """One layer: its net input's node, its output's node, and its units (0 for a block)."""

    net: str
    out: str
    units: int
    title: str
    caption: str


def network_svg(
    trace: Trace, names: Notation, value: Callable[[Quantity], str] | None = None, page_colours: bool = False
) -> str:
    """The network as SVG; ``value`` writes numbers at weights and units, empty ones are left out.

    Colours are those of the light theme, or with ``page_colours`` the variables of the page that holds it. Of a network
    that is longer than MOST_COLUMNS, and of one that branches, its layers are told as a list of blocks.
    """
    columns = _columns(trace, names)
    drawn = columns if len(columns) <= MOST_COLUMNS else [*columns[: MOST_COLUMNS - 1], columns[-1]]
    high = max((column.units for column in drawn), default=1)
    height, width = _TOP + max(1, high) * _DOWN, 2 * 20 + BLOCK_WIDTH + (len(drawn) - 1) * _ACROSS
    ink = _VARIABLES if page_colours else _COLOURS
    pen = _Pen(ink, trace, names, value or (lambda q: ""), height)
    parts = []
    for place in range(1, len(drawn)):
        gone = len(columns) - len(drawn) if place == len(drawn) - 1 else 0
        parts.append(pen.links(drawn[place - 1], drawn[place], place, gone))
    parts += [pen.column(column, place) for place, column in enumerate(drawn)]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    label = "The network, layer by layer"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}" '
        f'font-family="Inter, sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def _columns(trace: Trace, names: Notation) -> list[_Column]:
    """The layers in order: a net input and its activation are one."""
    resolved = trace.rules.resolved
    found: list[_Column] = []
    for node in resolved.order:
        layer, units = resolved.layers[node], names.units.get(node)
        count = (layer.shape or (0,))[0] if units is not None else 0
        before = found[-1] if found else None
        if units is not None and units.part == "out" and before and layer.sources == (before.net,):
            found[-1] = _Column(before.net, node, before.units, before.title, before.caption)
            continue
        fits = count if count <= MOST_UNITS else 0
        title = f"layer {units.letter}" if units is not None and names.style == "names" else node
        found.append(_Column(node, node, fits, title, f"{layer.kind.title}, {show_shape(layer.shape)}"))
    return found


@dataclass(frozen=True)
class _Pen:
    ink: dict[str, str]
    trace: Trace
    names: Notation
    value: Callable[[Quantity], str]
    height: int

    def column(self, column: _Column, place: int) -> str:
        """The units of a layer, or a block."""
        x = self._x(place)
        if not column.units:
            left, top = x - BLOCK_WIDTH / 2, self._middle() - BLOCK_HEIGHT / 2
            box = (
                f'<rect x="{left:g}" y="{top:g}" width="{BLOCK_WIDTH}" height="{BLOCK_HEIGHT}" rx="6" {self._outline}/>'
            )
            return box + self._text(x, top + 20, column.title, 16) + self._text(x, top + 38, column.caption, 22, "soft")
        parts = [self._text(x, 18, column.title, 20, "soft")]
        for unit in range(column.units):
            y = self._y(column, unit)
            parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}" {self._outline}/>')
            shown = self.value(Quantity("value", column.out, index=(unit,)))
            parts.append(self._text(x, y - 2 if shown else y + 4, self.names.unit(column.out, (unit,)), 8))
            if shown:
                parts.append(self._text(x, y + 13, shown, 10))
            if "bias" in self.trace.rules.resolved.layers[column.net].weights:
                bias = Quantity("weight", self.trace.rules.owner(column.net), "bias", (unit,))
                parts.append(self._text(x, y + RADIUS + 14, self._weight(bias), 20, "soft"))
        return "".join(parts)

    def links(self, left: _Column, right: _Column, place: int, gone: int) -> str:
        """The edges between two layers, with the names of their weights where all fit."""
        start, end = self._x(place - 1), self._x(place)
        sources = self.trace.rules.resolved.layers[right.net].sources
        parts = []
        if not (left.units and right.units):
            near = start + (RADIUS if left.units else BLOCK_WIDTH / 2)
            far = end - (RADIUS if right.units else BLOCK_WIDTH / 2)
            for y in self._ys(left) if left.units else [self._middle()]:
                for to in self._ys(right) if right.units else [self._middle()]:
                    parts.append(self._line(near, y, far, to))
            if gone:
                parts.append(self._text((near + far) / 2, self._middle() - 8, f"{gone} more", 12, "soft"))
            return "".join(parts) if left.out in sources or gone else ""
        owner, labels = self.trace.rules.owner(right.net), []
        for j, to in enumerate(self._ys(right)):
            for i, y in enumerate(self._ys(left)):
                parts.append(self._line(start + RADIUS, y, end - RADIUS, to))
                share = 0.3 if i != j else 0.5
                at = (start + RADIUS + (end - start - 2 * RADIUS) * share, y + (to - y) * share)
                weight = Quantity("weight", owner, "weight", (j, i))
                if left.units * right.units <= 9 and left.out in sources:
                    labels.append(self._label(*at, self._weight(weight)))
        return "".join(parts + labels)

    def _weight(self, weight: Quantity) -> str:
        shown = self.value(weight)
        return f"{shown_name(self.names, weight)} {shown}".strip()

    def _label(self, x: float, y: float, text: str) -> str:
        width = 7 * min(len(text), 16) + 6
        back = f'<rect x="{x - width / 2:g}" y="{y - 9:g}" width="{width}" height="18" fill="{self.ink["surface"]}"/>'
        return back + self._text(x, y + 4, text, 16, "soft")

    def _line(self, x1: float, y1: float, x2: float, y2: float) -> str:
        return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{self.ink["wire"]}" stroke-width="1.5"/>'

    def _text(self, x: float, y: float, text: str, longest: int, ink: str = "ink") -> str:
        cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
        return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="{self.ink[ink]}">{escape(cut)}</text>'

    @property
    def _outline(self) -> str:
        return f'fill="{self.ink["surface"]}" stroke="{self.ink["wire"]}" stroke-width="1.5"'

    def _x(self, place: int) -> float:
        return 20 + BLOCK_WIDTH / 2 + place * _ACROSS

    def _middle(self) -> float:
        return (self.height + 24) / 2

    def _y(self, column: _Column, unit: int) -> float:
        return self._middle() + (unit - (column.units - 1) / 2) * _DOWN - 8

    def _ys(self, column: _Column) -> list[float]:
        return [self._y(column, unit) for unit in range(column.units)]
