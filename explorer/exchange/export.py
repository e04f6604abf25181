"""export: a project as files of other programs, written in one step each; nothing that is there is replaced unasked."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.exchange.lines import Line, import_lines, plain, words
from explorer.exchange.model_code import model_code, model_program
from explorer.memory import free_memory
from explorer.project.check import RunProblem, check_project, weight_problems
from explorer.project.errors import ProjectError, show_name
from explorer.project.examples import load_examples
from explorer.project.files import replace_file
from explorer.project.model import Project
from explorer.resolve import Resolved
from explorer.source import DataProblem


@dataclass(frozen=True)
class Exported:
    """The files of an export, by their paths, and what is to be known about them, as sentences."""

    files: Mapping[Path, bytes]
    notes: tuple[str, ...] = ()


def export_pytorch(project: Project, path: Path) -> Exported:
    """The classes of the network with their weights, and the training if the project can be trained."""
    from explorer.exchange.script_code import script_code

    resolved, why_not = _checked(project)
    if not why_not:
        try:
            program = script_code(project, resolved, load_examples(project, resolved), path.stem)
        except DataProblem as problem:
            why_not = str(problem)
        else:
            beside = {path.with_name(path.stem + ending): content for ending, content in program.beside.items()}
            return Exported({path: program.text.encode(), **beside})
    return _without_training(project, resolved, path, why_not)


def export_onnx(project: Project, path: Path) -> Exported:
    """The network with its weights, as it is used."""
    from explorer.exchange.onnx_file import onnx_file

    resolved, _ = _checked(project)
    found = onnx_file(project, resolved)
    rest = f"{found.difference:.1g}".replace("-", "−")
    but = f", but for {rest} of the largest" if found.difference else ", to the last digit"
    note = f"onnxruntime gives the same outputs as PyTorch{but}."
    return Exported({path: found.content}, (note,))


FORMATS: Mapping[str, tuple[str, Callable[[Project, Path], Exported]]] = {
    "pytorch": (".py", export_pytorch),
    "onnx": (".onnx", export_onnx),
}
"""What can be exported to: the ending of the file's name, and what makes the files."""


def export(project: Project, to: str, path: Path, force: bool = False) -> Exported:
    """Write a project in one of FORMATS; ``force`` replaces files that are there.

    Raises ProjectError if that cannot be, RunProblem or DataProblem for a project that cannot be exported.
    """
    ending, made = FORMATS[to]
    name = show_name(path)
    if path.suffix.lower() != ending:
        raise ProjectError(f"{name} cannot be written: the name must end in {ending}; add it.")
    if not path.parent.is_dir():
        raise ProjectError(f"{name} cannot be written: its folder does not exist; make it first.")
    _check_free([path], force)
    exported = made(project, path)
    _check_free(list(exported.files), force)
    for file, content in exported.files.items():
        replace_file(file, content)
    return exported


def _checked(project: Project) -> tuple[Resolved, str]:
    """The resolved network, and why the project cannot be trained, "" if it can; raises RunProblem."""
    resolved, problems = check_project(project, free_memory())
    for problem in (*resolved.problems, *weight_problems(project, resolved)):
        raise RunProblem(problem.message, problem.node)
    if problems:
        return resolved, problems[0].message
    return resolved, "" if resolved.trainable else "The network has no weights to train."


def _without_training(project: Project, resolved: Resolved, path: Path, why_not: str) -> Exported:
    """The classes alone; with the weights, if the project has some."""
    note = (f"There is no training in it: {why_not}",)
    if not set(project.weights) & set(resolved.weight_shapes):
        return Exported({path: _text(model_program(project.network, resolved, project.name))}, note)
    from explorer.exchange.start_code import constants, make_model, start_code

    code = model_code(project.network, resolved, project.name, ("Path", "load_file", "make_model"))
    start = start_code(project, resolved, code)
    statements = {"import torch", *code.imports}
    statements |= {"from pathlib import Path", "from safetensors.torch import load_file"} if start.file else set()
    told = f'"""{words(project.name) or code.name} as a PyTorch module, from Neural Network Explorer."""'
    lines = [*plain(told, ""), *import_lines(statements), *plain(""), *constants(start, path.stem), *plain("", "")]
    lines += [*code.lines, *plain("", ""), *make_model(start, code.name, "", f"torch.{project.settings['precision']}")]
    files = {path: _text(lines[:-2]), path.with_suffix(".safetensors"): start.file}
    return Exported({file: content for file, content in files.items() if content}, note)


def _text(lines: Sequence[Line]) -> bytes:
    return "".join(f"{line.text}\n" for line in lines).encode()


def _check_free(paths: Collection[Path], force: bool) -> None:
    """Raise ProjectError if a file is there that may not be replaced."""
    taken = [path for path in paths if os.path.lexists(path)]
    if taken and not force:
        names = " and ".join(show_name(path) for path in taken)
        raise ProjectError(f"{names} would be replaced: choose another name, or say --force.")
