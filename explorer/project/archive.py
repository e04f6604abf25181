"""The .nnx archive: a zip of three known members, read as what a stranger may have made."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from explorer.project.errors import ProjectError
from explorer.project.jsontext import LARGEST_TEXT, read_json, write_json
from explorer.project.model import Weights

MANIFEST, DOCUMENT, WEIGHTS = "manifest.json", "project.json", "weights.safetensors"
LIMITS = {MANIFEST: 10_000, DOCUMENT: LARGEST_TEXT, WEIGHTS: 2 << 30}
"""The members, and the most bytes of each."""
MOST_MEMBERS = 64
MOST_RATIO = 100
ANY_RATIO = 10**6
"""Up to this many bytes a member may be packed more tightly: no harm comes of it."""
DTYPES = ("F32", "F64")
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTORS = (0, 12, 16, 20, 24)
"""Bytes that may follow a member's data, by who wrote the zip."""
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError, ValueError, KeyError,
    IndexError, OverflowError, OSError,
)  # fmt: skip


def is_archive(content: bytes) -> bool:
    """Whether a file is a zip, by its first bytes."""
    return content.startswith(b"PK")


def pack(document: dict[str, Any], weights: Weights) -> bytes:
    """The archive of a project without and its weights; the same project gives the same bytes."""
    members = {DOCUMENT: write_json(document)}
    if weights:
        members[WEIGHTS] = save_tensors({name: np.ascontiguousarray(array) for name, array in weights.items()})
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {MANIFEST: write_json({"sha256": hashes}), **members}.items():
            archive.writestr(_entry(name), content)
    return buffer.getvalue()


def unpack(content: bytes) -> tuple[Any, Weights]:
    """project.json's value and the weights (none if their member is missing); raises ProjectError."""
    members = _members(content)
    for name in (MANIFEST, DOCUMENT):
        if name not in members:
            raise ProjectError(f"it is no project: the archive has no {name}.")
    hashes = read_json(members[MANIFEST], MANIFEST)
    hashes = hashes.get("sha256") if isinstance(hashes, dict) else None
    for name in (DOCUMENT, WEIGHTS):
        if name not in members:
            continue
        if not isinstance(hashes, dict) or hashes.get(name) != hashlib.sha256(members[name]).hexdigest():
            raise ProjectError(f"its {name} is not as it was saved, but damaged or changed; open a backup of it.")
    weights = _tensors(members[WEIGHTS]) if WEIGHTS in members else {}
    return read_json(members[DOCUMENT], DOCUMENT), weights


def _entry(name: str) -> zipfile.ZipInfo:
    """A member without anything that differs from one save to the next."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _members(content: bytes) -> dict[str, bytes]:
    """The content of every member by name; raises ProjectError."""
    _check_end(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_places(content, entries, archive.start_dir)
            found: dict[str, bytes] = {}
            for entry in entries:
                if _of_the_packer(entry.filename):
                    continue
                _check_entry(entry, found)
                found[entry.filename] = _read(archive, entry)
            return found
    except _DAMAGE as error:
        raise ProjectError("the archive is damaged; open a backup of it.") from error


def _check_end(content: bytes) -> None:
    """The zip's directory must end the file, and list few members."""
    if len(content) < _END.size or not content.startswith(b"PK\3\4"):
        raise ProjectError("the archive is cut off or empty; open a backup of it.")
    mark, disks, here, count, *_rest, comment = _unpack_end(content)
    if mark != b"PK\5\6" or disks != 0 or comment:
        raise ProjectError("the archive is cut off, or something was added behind it; open a backup of it.")
    if here != count or count > MOST_MEMBERS:
        raise ProjectError(f"the archive has more than {MOST_MEMBERS} members; no project has.")


def _unpack_end(content: bytes) -> tuple[bytes, int, int, int, int, int, int]:
    """(mark, disks, members on this disk, members, size and place of the directory, length of the comment)."""
    mark, disk, start, here, count, size, place, comment = _END.unpack_from(content, len(content) - _END.size)
    return mark, disk + start, here, count, size, place, comment


def _check_places(content: bytes, entries: list[zipfile.ZipInfo], end: int) -> None:
    """Members must follow each other without a gap or overlap, from the first byte to the directory."""
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        gap = entry.header_offset - place
        if gap not in (_DESCRIPTORS if place else (0,)):
            raise ProjectError("the archive's members overlap, or hide something between them; open a backup of it.")
        *_head, name, extra = _LOCAL.unpack_from(content, entry.header_offset)
        place = entry.header_offset + _LOCAL.size + name + extra + entry.compress_size
    if end - place not in _DESCRIPTORS:
        raise ProjectError("the archive's members overlap, or hide something between them; open a backup of it.")


def _of_the_packer(name: str) -> bool:
    """Whether a member is one that Finder adds; it is never read."""
    return name.startswith("__MACOSX/") or name == ".DS_Store"


def _check_entry(entry: zipfile.ZipInfo, found: dict[str, bytes]) -> None:
    """Refuse what is no member of a project, is given twice, or cannot be what it says."""
    name = entry.filename
    if name not in LIMITS or entry.orig_filename != name:
        raise ProjectError(f"the archive has a member {name[:70]!a}, which no project has; take it out.")
    if name in found:
        raise ProjectError(f"the archive has two members {name}; take one out.")
    if entry.flag_bits & 0x1:
        raise ProjectError("the archive is encrypted; decrypt it first.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ProjectError(f"{name} is packed in a way that is not read here; pack it again with deflate.")
    if (entry.external_attr >> 16) & 0o170000 not in (0, 0o100000):
        raise ProjectError(f"{name} is a link or a folder in the archive, and must be a file.")
    if entry.file_size > LIMITS[name]:
        raise ProjectError(f"{name} is larger than {LIMITS[name]:,} bytes; no project's is.")
    if entry.file_size > max(ANY_RATIO, MOST_RATIO * entry.compress_size):
        raise ProjectError(f"{name} unpacks to more than {MOST_RATIO} times its size; no project's does.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The member's bytes, of the size that it says; zipfile compares its checksum."""
    with archive.open(entry) as member:
        content = member.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ProjectError(f"{entry.filename} is not as long as the archive says: it is damaged; open a backup of it.")
    return content


def _tensors(content: bytes) -> Weights:
    """The arrays by name, in its order; raises ProjectError."""
    length = int.from_bytes(content[:8], "little")
    if length > len(content) - 8:
        raise ProjectError(f"{WEIGHTS} is cut off; open a backup of the file.")
    header = read_json(content[8 : 8 + length], f"the header of {WEIGHTS}")
    if not isinstance(header, dict):
        raise ProjectError(f"the header of {WEIGHTS} is no list of arrays; open a backup of the file.")
    for name, entry in header.items():
        if name != "__metadata__" and (not isinstance(entry, dict) or entry.get("dtype") not in DTYPES):
            raise ProjectError(f"{WEIGHTS}: {name[:70]!a} must hold numbers of type {' or '.join(DTYPES)}.")
    try:
        arrays = load_tensors(content)
    except (SafetensorError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise ProjectError(
            f"{WEIGHTS} is damaged: {json.dumps(str(error)[:120])}; open a backup of the file."
        ) from error
    return {name: np.array(arrays[name]) for name in sorted(arrays)}
