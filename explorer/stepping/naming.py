"""Names as people read them on the screen: δ c1, out b1, ∂E/∂w5; w²₁₁, a³₁; and with subscripts in formulas."""

from __future__ import annotations

import re

from explorer.equations import Quantity
from explorer.stepping.notation import Notation

_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ABOVE = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_WORDS = {
    r"\partial ": "∂",
    r"\delta": "δ",
    r"\epsilon": "ε",
    r"\eta": "η",
    r"\alpha": "α",
    r"\beta": "β",
    r"\Delta": "Δ",
    r"\gamma": "γ",
    r"\mu": "μ",
    r"\sigma": "σ",
    r"\hat{x}": "x̂",
    r" \cdot ": "·",
    r"\ ": " ",
    r"\hat{m}": "m̂",
    r"\hat{v}": "v̂",
    r"\_": "_",
    "-": "−",
}
_RUNNING_WEIGHT = re.compile(r"w_\{([a-z]+)(\d+) ([a-z]+)\}")
_SYMBOL_OF_LAYER = re.compile(r"\.([A-Za-z]+)_\{([a-z]+)\}")
_NUMBERED_WEIGHT = re.compile(r"(?<![A-Za-z\\])(b?w)(\d+)")


def shown_name(notation: Notation, quantity: Quantity) -> str:
    """A quantity's name in plain characters, as the diagram and the lists show it."""
    return from_tex(notation.latex(quantity))


def from_tex(tex: str) -> str:
    """A LaTeX name in plain characters: ``\\delta_{c_{1}}`` becomes ``δ c1``."""
    text = re.sub(r"\\mathbf\{(\w+)\}", r"\1", tex)
    for mark, word in _WORDS.items():
        text = text.replace(mark, word)
    text = _SYMBOL_OF_LAYER.sub(r".\1_\2", text)  # of a layer's own array: h.W_ih
    text = re.sub(r"_\{([A-Za-z]+\d*)_\{(\d+)\}\}", r" \1\2", text)  # of a unit: out b1
    text = re.sub(r"\^\{([^{}]*)\}", lambda found: found[1].replace(",", "").translate(_ABOVE), text)
    text = re.sub(r"_\{([\d,]*)\}", lambda found: found[1].translate(_BELOW), text)
    text = re.sub(r"_\{([^{}]*)\}", r" \1", text)
    while r"\frac" in text:
        shorter = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.replace("{", "").replace("}", "").replace("\\", "")


def typeset_name(notation: Notation, quantity: Quantity) -> str:
    """A quantity's name as LaTeX for the eye: w5 gets its number as a subscript."""
    return for_the_eye(notation.latex(quantity))


def for_the_eye(tex: str) -> str:
    """Numbered weights with subscripts, also those from a unit to any of the next layer."""
    return _NUMBERED_WEIGHT.sub(r"\1_{\2}", _RUNNING_WEIGHT.sub(r"w_{\1_{\2}\3}", tex))
