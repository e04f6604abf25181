"""Checking: the gradients of a record checked a slice at a time, beside training; one check at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from explorer.engine.messages import Check, CheckOne, GradientsChecked, Message, StopCheck
from explorer.params import ParamError
from explorer.project.check import RunProblem
from explorer.source import DataProblem
from explorer.stepping.check import all_of, check_chunks, check_weights, error_curve, gathered
from explorer.stepping.checked import Checked, flat_place
from explorer.stepping.compute import passes_of

TOLD_SECONDS = 0.1
"""How often the progress is told."""
Command = Check | CheckOne | StopCheck


class Checker:
    """Does what commands about checks say, and tells of it by ``post``; whatever goes wrong is told too."""

    def __init__(self, post: Callable[[Message], None]) -> None:
        self._post = post
        self._steps: Iterator[GradientsChecked | None] = iter(())
        self._request = 0
        self.busy = False

    def take(self, command: Command) -> None:
        """Begin a check, in place of the one that is under way, or end that."""
        self.busy = not isinstance(command, StopCheck)
        if isinstance(command, Check):
            self._request, self._steps = command.request, _all(command)
        elif isinstance(command, CheckOne):
            self._request, self._steps = command.request, _one(command)

    def work(self, seconds: float) -> None:
        """Go on for a slice of time."""
        end = time.perf_counter() + seconds
        try:
            while self.busy and time.perf_counter() < end:
                found = next(self._steps, None)
                if found is not None:
                    self._post(found)
                    self.busy = found.done < found.total
        except (RunProblem, DataProblem, ParamError) as problem:
            self._fail(str(problem))
        except Exception as error:  # the engine's boundary: every error is told, and the engine lives on
            self._fail(f"The check failed: {type(error).__name__}: {error}")

    def _fail(self, sentence: str) -> None:
        self.busy = False
        self._post(GradientsChecked(self._request, problem=sentence))


def _all(command: Check) -> Iterator[GradientsChecked | None]:
    """Chunk by chunk, what is to be told; None where it is nothing."""
    gradients = command.record.gradients
    total = sum(array.size for array in gradients.values())
    found: list[tuple[str, Checked]] = []
    done, told = 0, time.perf_counter()
    for chunk in check_chunks(passes_of(command.record), gradients, all_of(gradients)):
        found.append(chunk)
        done += len(chunk[1].places)
        tells = done < total and time.perf_counter() - told > TOLD_SECONDS
        told = time.perf_counter() if tells else told
        yield GradientsChecked(command.request, {}, done, total) if tells else None
    yield GradientsChecked(command.request, gathered(iter(found)), total, total)


def _one(command: CheckOne) -> Iterator[GradientsChecked]:
    """One weight, and the curve of its errors."""
    gradients, passes = command.record.gradients, passes_of(command.record)
    place = flat_place(command.index, gradients[command.name].shape)
    checks = check_weights(passes, gradients, {command.name: np.array([place])})
    yield GradientsChecked(command.request, checks, 1, 1, error_curve(passes, gradients, command.name, place))
