"""The envelope of project.json: which keys there are and of what type, and a sentence for what does not fit."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from explorer.network import Flow
from explorer.params import unknown_key
from explorer.project.errors import ProjectError

FORMAT = "nn-explorer-project"
VERSION = 1
MOST_NODES = 50_000
MOST_EDGES = 100_000
MOST_FRAMES = 1_000
MOST_TEMPLATES = 1_000
FARTHEST = 1e6

Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Envelope(BaseModel):
    """Exactly these keys, exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NodeFile(_Envelope):
    """One layer."""

    id: str
    kind: str
    params: dict[str, Any] = {}
    position: Annotated[list[Coordinate], Field(min_length=2, max_length=2)] | None = None
    colour: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    muted: bool = False


class FrameFile(_Envelope):
    """A titled frame round layers."""

    id: Annotated[str, Field(max_length=64)]
    nodes: Annotated[list[str], Field(max_length=MOST_NODES)]
    title: Annotated[str, Field(max_length=20_000)] = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    colour: Annotated[str, Field(max_length=40)] = ""


class TemplateFile(_Envelope):
    """Layers, and wires as [from, to], [from, to, port] or [from, to, port, [[x, y] ...]]."""

    nodes: Annotated[list[NodeFile], Field(max_length=MOST_NODES)] = []
    edges: Annotated[list[list[Any]], Field(max_length=MOST_EDGES)] = []
    frames: Annotated[list[FrameFile], Field(max_length=MOST_FRAMES)] = []
    flow: Flow = "right"


class NetworkFile(TemplateFile):
    """The network, with the templates that its subnetworks stand for."""

    templates: Annotated[dict[str, TemplateFile], Field(max_length=MOST_TEMPLATES)] = {}


class DataFile(_Envelope):
    """A source of examples."""

    source: str = "inline"
    params: dict[str, Any] = {}
    split: Annotated[list[Share], Field(min_length=3, max_length=3)] | None = None


class PrintedFile(_Envelope):
    """A quantity as a textbook prints it."""

    quantity: str
    text: str
    note: str = ""
    slip: bool = False


class ProjectFile(_Envelope):
    """A whole project; its weights are checked elsewhere, for there may be millions of numbers."""

    format: str
    version: int
    name: Annotated[str, Field(max_length=20_000)] = "untitled"
    description: str = ""
    network: NetworkFile = NetworkFile()
    weights: dict[str, Any] = {}
    data: DataFile = DataFile()
    training: dict[str, Any] = {}
    textbook: list[PrintedFile] = []


_MODELS: dict[tuple[str, ...], type[_Envelope]] = {
    (): ProjectFile,
    ("network",): NetworkFile,
    ("network", "nodes"): NodeFile,
    ("network", "frames"): FrameFile,
    ("network", "templates"): TemplateFile,
    ("network", "templates", "nodes"): NodeFile,
    ("network", "templates", "frames"): FrameFile,
    ("data",): DataFile,
    ("textbook",): PrintedFile,
}
_TYPES = {
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "float_type": "must be a finite number",
    "bool_type": "must be true or false",
    "list_type": "must be a list [...]",
    "dict_type": "must be an object {...}",
    "model_type": "must be an object {...}",
}


def read_envelope(document: Any) -> ProjectFile:
    """The checked envelope of a JSON value; raises ProjectError, whose sentence has the place in the file."""
    if not isinstance(document, dict) or "format" not in document:
        raise ProjectError(f'it is no project: a project begins with {{"format": "{FORMAT}", "version": {VERSION}.')
    _check_version(document)
    try:
        return ProjectFile.model_validate(document)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise ProjectError(_sentence(errors[0]["loc"], errors[0]["type"], errors[0].get("ctx", {}))) from None


def _check_version(document: dict[str, Any]) -> None:
    """Raise ProjectError for another format, or one that is newer than this program."""
    form, version = document["format"], document.get("version")
    if form != FORMAT:
        raise ProjectError(f'it is no project: its format is {ascii(form)[:60]}, and a project\'s is "{FORMAT}".')
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ProjectError(f'"version" must be a whole number of 1 or more, such as {VERSION}.')
    if version > VERSION:
        shown = str(version) if version < 10**9 else "far ahead"
        raise ProjectError(
            f"it was made by a newer version (format {shown}); this program reads up to {VERSION}: "
            "update the program to open it."
        )


def _sentence(place: tuple[int | str, ...], kind: str, context: dict[str, Any]) -> str:
    """What is wrong at one place of the file."""
    if kind == "extra_forbidden":
        holder = tuple(part for part in place[:-1] if isinstance(part, str))
        if holder[:2] == ("network", "templates"):
            holder = (*holder[:2], *holder[3:])  # without the template's name
        return within(show_place(place[:-1]), unknown_key(str(place[-1])[:100], _MODELS[holder].model_fields))
    where = show_place(place)
    if kind == "missing":
        return f"{where} is missing; give it."
    if kind == "too_long" or kind == "string_too_long":
        return f"{where} is too long: at most {context['max_length']:,} are allowed."
    if kind == "too_short":
        return f"{where} must be a list of {context['min_length']} numbers."
    if kind in ("greater_than_equal", "less_than_equal", "finite_number"):
        low, high = (0, 1) if place[0] == "data" else (-FARTHEST, FARTHEST)
        return f"{where} must be a number from {low:,.0f} to {high:,.0f}."
    return f"{where} {_TYPES.get(kind, 'has the wrong type')}."


def show_place(place: tuple[int | str, ...]) -> str:
    """``network.nodes[1].id``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def within(place: str, sentence: str) -> str:
    """A sentence with the place that it is about; the top of the file needs none."""
    return f"{place}: {sentence}" if place else sentence
