"""Files that are broken, foreign, or made to harm: each gets one sentence, and nothing else happens."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.project.format import ProjectError, dumps_project, load_project, loads_project
from tests.explorer.project.test_format import BY_HAND

GOOD = json.loads(BY_HAND)
ARCHIVE = dumps_project(loads_project(BY_HAND), ".nnx")
with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as _archive:
    MEMBERS = {name: _archive.read(name) for name in _archive.namelist()}


def changed(change: Callable[[Any], Any]) -> bytes:
    """The project written by hand, with one thing changed."""
    document = json.loads(BY_HAND)
    change(document)
    return json.dumps(document).encode()


def put(*place: Any, value: Any) -> bytes:
    """The project with another value at one place."""

    def change(document: Any) -> None:
        for key in place[:-1]:
            document = document[key]
        document[place[-1]] = value

    return changed(change)


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED, sign: bool = True) -> bytes:
    """An archive of these members, with hashes that fit unless ``sign`` is off."""
    if sign:
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
        members = {**members, "manifest.json": json.dumps({"sha256": hashes}).encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_weights(header: Any, data: bytes = b"") -> bytes:
    """An archive whose tensors have this header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    tensors = struct.pack("<Q", len(text)) + text + data
    return packed({"project.json": MEMBERS["project.json"], "weights.safetensors": tensors})


def with_member(name: str, mode: int = 0o100644) -> bytes:
    """The good archive with one more member."""
    buffer = io.BytesIO(ARCHIVE)
    with zipfile.ZipFile(buffer, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, b"x")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO(ARCHIVE)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("project.json", MEMBERS["project.json"])
    return buffer.getvalue()


def patched(find: bytes, offset: int, new: bytes, last: bool = True) -> bytes:
    """The archive with bytes changed behind a mark of the zip format."""
    place = (ARCHIVE.rfind(find) if last else ARCHIVE.find(find)) + offset
    return ARCHIVE[:place] + new + ARCHIVE[place + len(new) :]


DEEP = b'{"format": "nn-explorer-project", "version": 1, "name": '
EMPTY_WEIGHT = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
FULL_EDGES = [["x", "h"]] * 100_001
NODE = {"id": "n", "kind": "relu"}

JSON_CASES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "spaces": (b"  \n", "empty"),
    "one byte": (b"{", "valid JSON, from line 1"),
    "one letter": (b"P", "valid JSON"),
    "truncated": (BY_HAND.encode()[:300], "valid JSON"),
    "binary": (bytes(range(128, 256)), "UTF-8"),
    "utf-16": (BY_HAND.encode("utf-16"), "UTF-8"),
    "picture": (b"\x89PNG\r\n\x1a\n0000", "UTF-8"),
    "something behind": (BY_HAND.encode() + b"{}", "Extra data"),
    "comment": (b"// mine\n" + BY_HAND.encode(), "valid JSON"),
    "control character": (BY_HAND.replace("two-two-two", "two\x01").encode(), "valid JSON"),
    "list": (b"[]", "no project"),
    "null": (b"null", "no project"),
    "foreign": (b'{"nodes": []}', "no project"),
    "foreign format": (put("format", value="notebook"), "no project"),
    "format list": (put("format", value=["nn-explorer-project"]), "no project"),
    "newer": (put("version", value=2), r"newer version \(format 2\); this program reads up to 1: update"),
    "much newer": (put("version", value=10**4000), "newer version"),
    "version zero": (put("version", value=0), "version"),
    "version true": (put("version", value=True), "version"),
    "version text": (put("version", value="1"), "version"),
    "no version": (changed(lambda d: d.pop("version")), "version"),
    "deep": (DEEP + b"[" * 100_000 + b"]" * 100_000 + b"}", "levels deep"),
    "rather deep": (DEEP + b"[" * 70 + b"]" * 70 + b"}", "levels deep"),
    "deep and open": (DEEP + b"[" * 100_000, "levels deep"),
    "long number": (DEEP + b"1" * 5000 + b"}", "thousands of digits"),
    "NaN": (DEEP + b"NaN}", "NaN"),
    "infinity": (DEEP + b"-Infinity}", "Infinity"),
    "1e999": (DEEP + b"1e999}", "1e999"),
    "same key twice": (DEEP + b'"a", "name": "b"}', "'name' twice"),
    "half a pair": (DEEP + b'"\\ud800"}', "surrogate"),
    "half a pair in a key": (DEEP + b'{"\\udfff": 1}}', "surrogate"),
    "unknown key": (put("wieghts", value={}), r"'wieghts' is not known here; did you mean weights\?"),
    "unknown network key": (put("network", "egdes", value=[]), r"network: 'egdes' .* edges\?"),
    "unknown node key": (put("network", "nodes", 1, "parms", value={}), r"network\.nodes\[1\]: 'parms' .* params\?"),
    "unknown kind": (put("network", "nodes", 1, "kind", value="dens"), r"network\.nodes\[1\]\.kind: 'dens' .* dense\?"),
    "code as kind": (put("network", "nodes", 1, "kind", value="builtins.eval"), "builtins.eval"),
    "unknown param": (put("network", "nodes", 1, "params", value={"unit": 2}), r"\[1\]\.params: 'unit' .* units\?"),
    "unknown source": (put("data", "source", value="digit"), r"data\.source: 'digit' .* digits\?"),
    "path as source": (put("data", "source", value="/etc/passwd"), "/etc/passwd"),
    "unknown data param": (put("data", "params", value={"input": []}), r"data\.params: 'input' .* inputs\?"),
    "unknown cost": (put("training", "cost", value="square_error"), r"training\.cost: .* squared_error\?"),
    "unknown optimizer": (put("training", "optimizer", value="adm"), r"training\.optimizer: .* adam\?"),
    "unknown setting": (put("training", "epoch", value=1), r"training: 'epoch' .* epochs\?"),
    "unknown optimizer param": (put("training", "optimizer_params", value={"l": 1}), r"optimizer_params: 'l' .* lr\?"),
    "huge key": (put("training", "k" * 1_000_000, value=1), "training: 'kkk"),
    "negative rate": (put("training", "optimizer_params", "lr", value=-1), "Learning rate must be"),
    "rate as text": (put("training", "optimizer_params", "lr", value="0.5"), "Learning rate must be"),
    "huge rate": (put("training", "optimizer_params", "lr", value=10**400), "Learning rate must be"),
    "batch zero": (put("training", "batch_size", value=0), "Batch must be"),
    "half a batch": (put("training", "batch_size", value=1.5), "Batch must be"),
    "epochs true": (put("training", "epochs", value=True), "Epochs must be"),
    "cost as number": (put("training", "cost", value=3), "Cost must be"),
    "optimizer as list": (put("training", "optimizer", value=["sgd"]), "Optimizer must be"),
    "params as list": (put("training", "optimizer_params", value=[1]), "must be an object"),
    "training as text": (put("training", value="sgd"), "training must be an object"),
    "network as list": (put("network", value=[]), "network must be an object"),
    "nodes as object": (put("network", "nodes", value={}), r"network\.nodes must be a list"),
    "node as text": (put("network", "nodes", 0, value="x"), r"network\.nodes\[0\] must be an object"),
    "node without id": (changed(lambda d: d["network"]["nodes"][0].pop("id")), r"nodes\[0\]\.id is missing"),
    "node without kind": (changed(lambda d: d["network"]["nodes"][0].pop("kind")), r"nodes\[0\]\.kind is missing"),
    "id as number": (put("network", "nodes", 0, "id", value=1), r"nodes\[0\]\.id must be a text"),
    "id with a path": (put("network", "nodes", 0, "id", value="../x"), "a layer's name is"),
    "id of spaces": (put("network", "nodes", 0, "id", value=" "), "a layer's name is"),
    "id with markup": (put("network", "nodes", 0, "id", value="<b>"), "a layer's name is"),
    "long id": (put("network", "nodes", 0, "id", value="x" * 65), "a layer's name is"),
    "same id twice": (put("network", "nodes", 0, "id", value="h"), "h is the name of 2 layers"),
    "node params as list": (put("network", "nodes", 0, "params", value=[2]), "must be an object"),
    "position of one": (put("network", "nodes", 0, "position", value=[1]), "list of 2 numbers"),
    "position of three": (put("network", "nodes", 0, "position", value=[1, 2, 3]), "too long"),
    "position far away": (put("network", "nodes", 0, "position", value=[1e300, 0]), "from -1,000,000 to 1,000,000"),
    "position huge": (put("network", "nodes", 0, "position", value=[10**400, 0]), "must be a finite number"),
    "position of texts": (put("network", "nodes", 0, "position", value=["1", "2"]), "must be a finite number"),
    "position of bools": (put("network", "nodes", 0, "position", value=[True, False]), "must be a finite number"),
    "too many nodes": (put("network", "nodes", value=[NODE] * 50_001), "too long: at most 50,000"),
    "too many edges": (put("network", "edges", value=FULL_EDGES), "too long: at most 100,000"),
    "edge of one": (put("network", "edges", 0, value=["x"]), r"edges\[0\] must be \[from, to\]"),
    "edge of four": (put("network", "edges", 0, value=["x", "h", 0, 0]), r"edges\[0\] must be"),
    "edge of numbers": (put("network", "edges", 0, value=[1, 2]), r"edges\[0\] must be"),
    "edge as object": (put("network", "edges", 0, value={"from": "x"}), r"edges\[0\] must be a list"),
    "edge to a negative port": (put("network", "edges", 0, value=["x", "h", -1]), r"edges\[0\] must be"),
    "edge to a huge port": (put("network", "edges", 0, value=["x", "h", 2**63]), r"edges\[0\] must be"),
    "edge to port true": (put("network", "edges", 0, value=["x", "h", True]), r"edges\[0\] must be"),
    "weights as list": (put("weights", value=[]), "weights must be an object"),
    "ragged weights": (put("weights", "h.bias", value=[[1], [1, 2]]), "h.bias.*all of one length"),
    "weights of texts": (put("weights", "h.bias", value=["1", "2"]), "h.bias"),
    "weights of null": (put("weights", "h.bias", value=[None]), "h.bias"),
    "weights of bools": (put("weights", "h.bias", value=[True, False]), "h.bias"),
    "no weights": (put("weights", "h.bias", value=[]), "h.bias"),
    "huge weight": (put("weights", "h.bias", value=[10**400, 1]), "h.bias"),
    "weight name": (put("weights", "../h.weight", value=[1]), "a name is a layer"),
    "weight name without a part": (put("weights", "h", value=[1]), "a name is a layer"),
    "split of two": (put("data", "split", value=[0.5, 0.5]), "list of 3 numbers"),
    "split beyond one": (put("data", "split", value=[0.9, 0.2, 0.2]), "adding up to 1"),
    "negative split": (put("data", "split", value=[1.2, -0.2, 0]), "number from 0 to 1"),
    "nothing to train": (put("data", "split", value=[0, 0.5, 0.5]), "above 0"),
    "textbook as text": (put("textbook", value="?"), "textbook must be a list"),
    "textbook row": (put("textbook", value=[{"quantity": "E"}]), r"textbook\[0\]\.text is missing"),
    "textbook key": (put("textbook", value=[{"quantity": "E", "text": "1", "slp": True}]), r"\[0\]: 'slp' .* slip\?"),
    "slip as number": (put("textbook", value=[{"quantity": "E", "text": "1", "slip": 1}]), "must be true or false"),
    "name as number": (put("name", value=7), "name must be a text"),
    "long name": (put("name", value="x" * 30_000), "name is too long"),
}

ARCHIVE_CASES: dict[str, tuple[bytes, str]] = {
    "only a mark": (b"PK", "cut off"),
    "only an end": (ARCHIVE[-22:], "cut off"),
    "empty zip": (packed({}, sign=False), "cut off or empty"),
    "prefix": (b"#!/bin/sh\n" + ARCHIVE, "valid JSON|UTF-8"),
    "prefix that looks right": (b"PK\3\4" + b"\0" * 26 + ARCHIVE, "overlap|hide|damaged"),
    "suffix": (ARCHIVE + b"x", "added behind"),
    "comment": (ARCHIVE[:-2] + struct.pack("<H", 3) + b"abc", "added behind"),
    "no project.json": (packed({"weights.safetensors": b""}), "no project.json"),
    "no manifest": (packed({"project.json": MEMBERS["project.json"]}, sign=False), "no manifest.json"),
    "hashes missing": (packed({**MEMBERS, "manifest.json": b"{}"}, sign=False), "not as it was saved"),
    "manifest list": (packed({**MEMBERS, "manifest.json": b"[]"}, sign=False), "not as it was saved"),
    "manifest of dirt": (packed({**MEMBERS, "manifest.json": b"\xff"}, sign=False), "manifest.json is not text"),
    "changed project": (packed({**MEMBERS, "project.json": BY_HAND.encode()}, sign=False), "not as it was saved"),
    "unknown member": (with_member("extra.txt"), "'extra.txt', which no project has"),
    "path upwards": (with_member("../project.json"), "which no project has"),
    "path inside": (with_member("a/../project.json"), "which no project has"),
    "absolute path": (with_member("/etc/passwd"), "which no project has"),
    "drive": (with_member("C:\\project.json"), "which no project has"),
    "folder": (with_member("folder/", 0o040755), "which no project has"),
    "nested zip": (with_member("inner.nnx"), "which no project has"),
    "name with NUL": (patched(b"project.json", 7, b"\0"), "damaged|no project"),
    "other name in the directory": (patched(b"project.json", 0, b"Project"), "damaged|no project has"),
    "member twice": (twice(), "two members"),
    "65,536 members": (patched(b"PK\5\6", 8, b"\xff\xff\xff\xff"), "more than 64 members"),
    "many members": (packed({f"m{i}": b"" for i in range(100)}, sign=False), "more than 64 members"),
    "bomb": (packed({"project.json": b" " * 60_000_000}, zipfile.ZIP_DEFLATED), "times its size"),
    "more than the limit": (packed({"project.json": b" " * 65_000_000}), "larger than 64,000,000"),
    "lzma": (packed(MEMBERS, zipfile.ZIP_LZMA), "packed in a way"),
    "bzip2": (packed(MEMBERS, zipfile.ZIP_BZIP2), "packed in a way"),
    "encrypted": (patched(b"PK\1\2", 8, b"\1"), "encrypted"),
    "link": (patched(b"PK\1\2", 38, struct.pack("<L", 0o120777 << 16)), "a link or a folder"),
    "wrong checksum": (patched(b"PK\1\2", 16, b"\0\0\0\0"), "damaged"),
    "size too large": (patched(b"PK\1\2", 24, struct.pack("<L", 999)), "overlap|hide|damaged|as long"),
    "size too small": (patched(b"PK\1\2", 24, struct.pack("<L", 1)), "damaged|as long"),
    "packed size too large": (patched(b"PK\1\2", 20, struct.pack("<L", 10**6)), "overlap|hide|damaged"),
    "overlap": (patched(b"PK\1\2", 42, struct.pack("<L", 0)), "overlap|hide|damaged"),
    "member beyond the end": (patched(b"PK\1\2", 42, struct.pack("<L", 10**9)), "overlap|hide|damaged"),
    "directory beyond the end": (patched(b"PK\5\6", 16, struct.pack("<L", 10**9)), "overlap|hide|damaged"),
    "several disks": (patched(b"PK\5\6", 4, b"\1"), "added behind"),
    "zip64 sizes": (patched(b"PK\1\2", 20, b"\xff" * 8), "damaged|overlap|hide"),
    "weights twice": (
        packed({"project.json": BY_HAND.encode(), "weights.safetensors": MEMBERS["weights.safetensors"]}),
        "weights are given twice",
    ),
    "pickle as weights": (
        packed({"project.json": MEMBERS["project.json"], "weights.safetensors": b"cos\nsystem\n(S'true'\ntR."}),
        "cut off",
    ),
    "empty weights": (packed({"project.json": MEMBERS["project.json"], "weights.safetensors": b""}), "cut off"),
    "header longer than the file": (
        with_weights(b"")[:-22]
        and packed({"project.json": MEMBERS["project.json"], "weights.safetensors": b"\xff" * 8}),
        "cut off",
    ),
    "header is a list": (with_weights([]), "no list of arrays"),
    "header is no JSON": (with_weights(b"{"), "valid JSON"),
    "same array twice": (
        with_weights(b'{"h.a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"h.a":{}}', b"1234"),
        "'h.a' twice",
    ),
    "array as text": (with_weights({"h.a": "x"}), "must hold numbers of type"),
    "whole numbers": (with_weights({"h.a": {**EMPTY_WEIGHT, "dtype": "I32"}}, b"1234"), "of type F32 or F64"),
    "negative shape": (with_weights({"h.a": {**EMPTY_WEIGHT, "shape": [-1]}}, b"1234"), "damaged"),
    "shape overflow": (with_weights({"h.a": {**EMPTY_WEIGHT, "shape": [2**63, 2**63]}}, b"1234"), "damaged"),
    "shape of 40 GB": (with_weights({"h.a": {**EMPTY_WEIGHT, "shape": [10**10]}}, b"1234"), "damaged"),
    "shape as text": (with_weights({"h.a": {**EMPTY_WEIGHT, "shape": "4"}}, b"1234"), "damaged"),
    "offsets backwards": (with_weights({"h.a": {**EMPTY_WEIGHT, "data_offsets": [4, 0]}}, b"1234"), "damaged"),
    "offsets beyond": (with_weights({"h.a": {**EMPTY_WEIGHT, "data_offsets": [4, 8]}}, b"1234"), "damaged"),
    "hole": (with_weights({"h.a": EMPTY_WEIGHT}, b"12345678"), "damaged"),
    "arrays overlap": (with_weights({"h.a": EMPTY_WEIGHT, "h.b": EMPTY_WEIGHT}, b"1234"), "damaged"),
    "array name": (with_weights({"../a": EMPTY_WEIGHT}, b"1234"), "a name is a layer"),
}
CASES = {**JSON_CASES, **ARCHIVE_CASES}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_gets_one_sentence(case: str, tmp_path: Any) -> None:
    content, words = CASES[case]
    path = tmp_path / "hostile.nnx"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(ProjectError, match=words) as caught:
        load_project(path)
    assert time.monotonic() - started < 5
    sentence = str(caught.value)
    assert sentence.startswith(f"{path} cannot be opened: ")
    assert len(sentence) < 500
    assert sentence.isprintable()


@pytest.mark.parametrize(
    ("item", "most", "things"), [(b"1,", 10**7, "values"), (b"[],", 2 * 10**6, "lists"), (b'"",', 2 * 10**6, "texts")]
)
def test_a_text_that_would_take_many_times_its_size_is_refused_before_it_is_read(
    item: bytes, most: int, things: str
) -> None:
    content = b'{"format": "nn-explorer-project", "version": 1, "weights": {"h.bias": [' + item * (most + 1) + b"1]}}"
    with pytest.raises(ProjectError, match=f"holds more than {most:,} {things}"):
        loads_project(content)


def test_no_more_is_read_of_a_huge_text_than_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.write(b"[")
        file.truncate(1 << 40)  # a hole: a terabyte that takes no room
    with pytest.raises(ProjectError, match="larger than 64 MB"):
        load_project(path)


@pytest.mark.parametrize("hundredth", range(100))
def test_a_truncated_file_is_refused(hundredth: int) -> None:
    for whole in (ARCHIVE, BY_HAND.strip().encode()):
        with pytest.raises(ProjectError):
            loads_project(whole[: len(whole) * hundredth // 100])


@given(place=st.integers(0, 8 * len(ARCHIVE) - 1))
def test_a_flipped_bit_is_refused_or_harmless(place: int) -> None:
    """Nothing but the zip's own dates and attributes may change unnoticed: every member has its SHA-256."""
    flipped = bytearray(ARCHIVE)
    flipped[place // 8] ^= 1 << place % 8
    try:
        back = loads_project(bytes(flipped))
    except ProjectError:
        return
    assert dumps_project(back) == ARCHIVE


@given(content=st.binary(max_size=400) | st.text(max_size=200))
def test_noise_is_refused(content: bytes | str) -> None:
    with pytest.raises(ProjectError):
        loads_project(content)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
def test_any_value_at_any_place_is_read_or_refused(data: st.DataObject) -> None:
    document = json.loads(BY_HAND)
    holder: Any = document
    while True:
        key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(JSON_VALUES)
    try:
        project = loads_project(json.dumps(document))
    except ProjectError:
        return
    assert dumps_project(project, ".json")
