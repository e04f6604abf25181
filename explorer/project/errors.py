"""ProjectError: the one error of the file format, and how names and system errors are put into words."""

from __future__ import annotations

import errno
import os

_WORDS = {
    errno.ENOENT: "the file or its folder does not exist; check the path",
    errno.ENOTDIR: "a part of its path is not a folder; check the path",
    errno.EISDIR: "it is a folder; give the name of a file",
    errno.EACCES: "you are not allowed to; change its permissions, or choose another place",
    errno.EPERM: "you are not allowed to; change its permissions, or choose another place",
    errno.EROFS: "its disk can only be read; choose another place",
    errno.ENOSPC: "the disk is full; make room, or choose another place",
    errno.EDQUOT: "your share of the disk is full; make room, or choose another place",
    errno.EFBIG: "the file would be larger than allowed; choose another place",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ELOOP: "its links lead in a circle; choose another path",
    errno.EMFILE: "too many files are open; close some programs",
}


class ProjectError(Exception):
    """Why a project cannot be read or written: one sentence that names the file, what is wrong and what to do."""


def show_name(path: str | os.PathLike[str]) -> str:
    """A path as text that is safe to print: characters that cannot be seen are escaped."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in os.fspath(path))


def system_words(error: OSError) -> str:
    """What a system error means and what to do, to follow a colon."""
    other = f"{error.strerror or 'the system gave no reason'}; try again or choose another place"
    return _WORDS.get(error.errno or 0, other)
