"""Identifiers: names that people give, made into names of Python that are safe in any program."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

LONGEST = 64
LONGEST_CLASS = 48

RESERVED = frozenset({"self", "torch", "nn", "F", "Tensor", "np", *keyword.kwlist, *dir(builtins)})
"""What no name of ours may hide: Python's words and functions, and what an exported program imports."""

_MODULE_WORDS = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""
MODULE_WORDS = frozenset(_MODULE_WORDS.split())
"""The public attributes of every nn.Module: a layer of this name would break it."""


def identifier(text: str, fallback: str = "layer") -> str:
    """A name that Python takes, as near to ``text`` as can be; it begins with a letter, and may be reserved."""
    # Python reads identifiers in this form, so two that differ before may be one after.
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    safe = "".join(letter if f"a{letter}".isidentifier() else "_" for letter in plain)
    # A leading underscore would be private, and two of them would be mangled in a class.
    name = unicodedata.normalize("NFKC", safe.lstrip("_")[:LONGEST])
    if not name:
        return fallback
    return name if name.isidentifier() else f"{fallback}_{name}"


def identifiers(texts: Iterable[str], reserved: Collection[str] = (), fallback: str = "layer") -> dict[str, str]:
    """A different identifier for each text, none of them reserved. Texts that are identifiers keep their name."""
    given = list(dict.fromkeys(texts))
    wishes = {text: identifier(text, fallback) for text in given}
    taken = set(RESERVED).union(reserved)
    numbers: dict[str, int] = {}
    found = {}
    for text in sorted(given, key=lambda text: wishes[text] != text or text in taken):
        found[text] = name = _free(wishes[text], taken, numbers)
        taken.add(name)
    return found


def class_name(text: str, reserved: Collection[str] = ()) -> str:
    """``two-two-two`` as ``TwoTwoTwo``; with a number behind if that is reserved."""
    words = re.findall(r"[^\W_]+", text[: 4 * LONGEST])
    joined = "".join(word[:1].upper() + word[1:] for word in words)[:LONGEST_CLASS]
    name = identifier(joined if joined[:1].isupper() else f"Network{joined}", "Network")
    return _free(name, RESERVED | MODULE_WORDS | set(reserved), {}, "")


def _free(wish: str, taken: Collection[str], numbers: dict[str, int], between: str = "_") -> str:
    """``wish`` if it is free; a reserved word takes an underscore, anything else a number."""
    if wish not in taken:
        return wish
    if between and wish in RESERVED | MODULE_WORDS and f"{wish}_" not in taken:
        return f"{wish}_"
    number = numbers.get(wish, 2)
    while f"{wish}{between}{number}" in taken:
        number += 1
    numbers[wish] = number + 1
    return f"{wish}{between}{number}"
