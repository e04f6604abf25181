"""The examples and starter templates that come with the program: a project file each, and the lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from explorer.params import unknown_key
from explorer.project.errors import ProjectError
from explorer.project.format import loads_project
from explorer.project.model import Project


@dataclass(frozen=True)
class Example:
    """One example: its id, what its card says, its topic on the start page, and where its project file is."""

    id: str
    title: str
    topic: str
    sentence: str
    folder: str = "examples"
    """The folder of resources that has its file."""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id.lower()}.json"


def _starter(example_id: str, title: str, sentence: str) -> Example:
    return Example(example_id, title, "New from template", sentence, "templates")


HAND, REGRESSION, IMAGES = "By hand", "Regression", "Images"

EXAMPLES: tuple[Example, ...] = (
    Example("A1", "Man vs. chicken", HAND, "One iteration of a 2-2-2 network, with every number."),
    Example("A2", "Men and chickens", IMAGES, "64-64-2: tells pixel men from pixel chickens."),
    Example("B2", "Line through a sine", REGRESSION, "One weight, one bias: the best straight line."),
    Example("B6", "Ten tanh units", REGRESSION, "Ten bends, added up, follow the sine."),
    Example("digits", "Handwritten digits", IMAGES, "64-30-10: reads real digits of 8×8 pixels."),
    Example("digits-conv", "Digits by convolution", IMAGES, "Filters and feature maps that can be watched."),
)


STARTERS: tuple[Example, ...] = (
    _starter("perceptron", "Perceptron", "One unit that answers or."),
    _starter("mlp", "Multilayer perceptron", "Hidden units for exclusive or."),
    _starter("lenet", "LeNet", "Convolution and pooling twice, then dense layers."),
    _starter("vgg", "VGG", "Stages of 3×3 convolutions, each with more filters."),
    _starter("resnet", "Residual network", "Blocks that add what they find to what came in."),
    _starter("autoencoder", "Autoencoder", "A picture in eight numbers, and drawn again."),
    _starter("rnn", "Recurrent network", "Reads letters one by one, and tells the next."),
    _starter("lstm", "LSTM", "Remembers whether the ones so far are odd in number."),
    _starter("transformer", "Small transformer", "Each letter looks back at those before it."),
)
"""Whole networks with data that fits, from which a person begins one."""


def example_of(example_id: str) -> Example:
    """The example or starter with this id, in capitals or not; raises ProjectError with the nearest one."""
    known = {example.id.lower(): example for example in (*EXAMPLES, *STARTERS)}
    if example_id.lower() in known:
        return known[example_id.lower()]
    raise ProjectError(f"Example {unknown_key(example_id[:100], [example.id for example in known.values()])}")


def load_example(example_id: str) -> Project:
    """The project of an example; raises ProjectError if there is none of this id."""
    example = example_of(example_id)
    try:
        content = files("resources").joinpath(example.folder, example.file).read_bytes()
    except OSError as error:
        raise ProjectError(f"The program's own file {example.file} is missing; install the program again.") from error
    return loads_project(content)
