"""The examples that come with the program: one project file each, and the list that makes them known."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from explorer.params import unknown_key
from explorer.project.errors import ProjectError
from explorer.project.format import loads_project
from explorer.project.model import Project


@dataclass(frozen=True)
class Example:
    """One example: its id, what its card says, its topic on the start page, and its project file."""

    id: str
    title: str
    topic: str
    sentence: str

    @property
    def file(self) -> str:
        """The name of its file in resources/examples."""
        return f"{self.id.lower()}.json"


HAND, REGRESSION, IMAGES = "By hand", "Regression", "Images"

EXAMPLES: tuple[Example, ...] = (
    Example("A1", "Man vs. chicken", HAND, "One iteration of a 2-2-2 network, with every number."),
    Example("A2", "Men and chickens", IMAGES, "64-64-2: tells pixel men from pixel chickens."),
    Example("B2", "Line through a sine", REGRESSION, "One weight, one bias: the best straight line."),
    Example("B6", "Ten tanh units", REGRESSION, "Ten bends, added up, follow the sine."),
    Example("digits", "Handwritten digits", IMAGES, "64-30-10: reads real digits of 8×8 pixels."),
    Example("digits-conv", "Digits by convolution", IMAGES, "Filters and feature maps that can be watched."),
)


def example_of(example_id: str) -> Example:
    """The example with this id, in capitals or not; raises ProjectError with the nearest one."""
    for example in EXAMPLES:
        if example.id.lower() == example_id.lower():
            return example
    raise ProjectError(f"Example {unknown_key(example_id[:100], [example.id for example in EXAMPLES])}")


def load_example(example_id: str) -> Project:
    """The project of an example; raises ProjectError if there is none of this id."""
    example = example_of(example_id)
    try:
        content = files("resources").joinpath("examples", example.file).read_bytes()
    except OSError as error:
        raise ProjectError(f"The program's own file {example.file} is missing; install the program again.") from error
    return loads_project(content)
