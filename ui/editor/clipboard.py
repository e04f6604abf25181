"""Layers on the clipboard: a project file with a network alone, so that copying and opening share every check."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from explorer.network import Network
from explorer.project.errors import ProjectError
from explorer.project.format import dumps_project, loads_project
from explorer.project.model import Project

MIME = "application/x-nn-explorer-layers+json"
LARGEST = 4_000_000
"""Characters that are read of what was copied here; a network of 10,000 layers takes about half of it."""
LARGEST_FOREIGN = 1_000_000
"""Characters that are read of text from elsewhere, such as a mail."""


class ClipboardError(ValueError):
    """What lies on the clipboard cannot be pasted; its text is one sentence for a person."""


_LAST: tuple[bytes, Network] | None = None
"""What was copied here last, as it lies on the clipboard, and the network that it is: it need not be read again."""


def mime_data(network: Network) -> QMimeData:
    """A network for the clipboard, as text for a mail or an editor too."""
    global _LAST
    text = to_text(network)
    data = QMimeData()
    data.setText(text)
    data.setData(MIME, text.encode())
    _LAST = (text.encode(), network)
    return data


def to_text(network: Network) -> str:
    """A network as JSON."""
    return dumps_project(Project(name="layers", network=network), ".json", for_good=False).decode()


def read(data: QMimeData | None) -> Network:
    """The network on the clipboard, copied here or as text from elsewhere; raises ClipboardError.

    Qt gives None for a clipboard that was cleared.
    """
    if data is None:
        return from_text("")
    if data.hasFormat(MIME):
        text = bytes(data.data(MIME).data())
        return _LAST[1] if _LAST is not None and _LAST[0] == text else from_text(text.decode(errors="replace"), LARGEST)
    return from_text(data.text() if data.hasText() else "")


def from_text(text: str, largest: int = LARGEST_FOREIGN) -> Network:
    """The network in JSON that was copied here, or is a project file's; raises ClipboardError for anything else."""
    if not text.strip():
        raise ClipboardError("There are no layers on the clipboard: copy some first.")
    if len(text) > largest:
        raise ClipboardError(
            f"The clipboard holds {len(text) / 1e6:.1f} million characters, too many to be layers: "
            f"at most {largest / 1e6:.0f} million are read."
        )
    if not text.lstrip().startswith("{"):
        raise ClipboardError("The clipboard holds other text, not layers.")
    try:
        network = loads_project(text).network
    except ProjectError as error:
        raise ClipboardError(f"What is on the clipboard cannot be pasted: {error}") from error
    if not network.nodes:
        raise ClipboardError("The project on the clipboard has no layers.")
    return network
