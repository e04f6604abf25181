"""Files on disk: read with a limit, and replaced in one step, so that the last good version is never lost."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

from explorer.project.archive import is_archive
from explorer.project.errors import ProjectError, show_name, system_words
from explorer.project.jsontext import LARGEST_TEXT

LARGEST_FILE = 2 << 30
"""Bytes of an archive that are read; of JSON it is far less."""
_NO_DIRECTORY_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM}
"""What file systems answer that cannot sync a folder."""


def read_file(path: str | os.PathLike[str]) -> bytes:
    """The content of a regular file; raises ProjectError. A folder, pipe or device is refused without waiting."""
    name = show_name(path)
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise ProjectError(f"{name} cannot be opened: it is {_sort(mode)}; give the name of a project file.")
            content = file.read(LARGEST_TEXT + 1)
            if is_archive(content):
                content += file.read(LARGEST_FILE)
    except OSError as error:
        raise ProjectError(f"{name} cannot be read: {system_words(error)}.") from error
    except ValueError:
        raise ProjectError(f"{name} cannot be read: it is no file name; check the path.") from None
    except MemoryError:
        raise ProjectError(f"{name} cannot be read: it does not fit into memory; close some programs.") from None
    if len(content) > LARGEST_FILE:
        raise ProjectError(f"{name} cannot be opened: it is larger than {LARGEST_FILE >> 30} GiB; no project is.")
    return content


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Put ``content`` in place of the file (a link: of its target), or leave the old one; raises ProjectError."""
    name = show_name(path)
    try:
        target = Path(os.path.realpath(path))
        mode = _mode(target, name)
        temporary = target.parent / f".nnx-{secrets.token_hex(8)}.tmp"
        try:
            _write(temporary, content, mode)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise ProjectError(f"{name} cannot be saved: {system_words(error)}.") from error
    except ValueError:
        raise ProjectError(f"{name} cannot be saved: it is no file name; choose another.") from None


def _mode(target: Path, name: str) -> int | None:
    """The permissions of the file to be replaced, None if there is none yet; raises ProjectError or OSError."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise ProjectError(f"{name} cannot be saved: {_sort(mode)} has this name; choose another.")
    if not os.access(target, os.W_OK):
        raise ProjectError(f"{name} cannot be saved: it is write-protected; unlock it, or choose another name.")
    return stat.S_IMODE(mode)


def _write(path: Path, content: bytes, mode: int | None) -> None:
    """A new file, on the disk itself when this returns; raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut; raises OSError."""
    if os.name == "nt":
        return  # Windows cannot open folders, and writes names at once
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_SYNC:
            raise
    finally:
        os.close(handle)


def _sort(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"
