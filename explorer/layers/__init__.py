"""The kinds of layers: one file each, listed in KINDS in the order of the palette."""

from __future__ import annotations

from explorer.kind import LayerKind
from explorer.layers.add import Add
from explorer.layers.concat import Concat
from explorer.layers.conv2d import Conv2d
from explorer.layers.dense import Dense
from explorer.layers.dropout import Dropout
from explorer.layers.elu import Elu
from explorer.layers.flatten import Flatten
from explorer.layers.gelu import Gelu
from explorer.layers.identity import Identity
from explorer.layers.input import Input
from explorer.layers.leaky_relu import LeakyRelu
from explorer.layers.log_softmax import LogSoftmax
from explorer.layers.max_pool2d import MaxPool2d
from explorer.layers.relu import Relu
from explorer.layers.sigmoid import Sigmoid
from explorer.layers.silu import Silu
from explorer.layers.softmax import Softmax
from explorer.layers.softplus import Softplus
from explorer.layers.step import Step
from explorer.layers.subnetwork import Subnetwork
from explorer.layers.sum import Sum
from explorer.layers.tanh import Tanh

KINDS: tuple[LayerKind, ...] = (
    Input(),
    Dense(),
    Flatten(),
    Dropout(),
    Conv2d(),
    MaxPool2d(),
    Sigmoid(),
    Relu(),
    Tanh(),
    Softmax(),
    LeakyRelu(),
    Elu(),
    Gelu(),
    Silu(),
    Softplus(),
    LogSoftmax(),
    Identity(),
    Step(),
    Add(),
    Concat(),
    Sum(),
    Subnetwork(),
)

KIND_IDS: tuple[str, ...] = tuple(kind.id for kind in KINDS)
_BY_ID = dict(zip(KIND_IDS, KINDS, strict=True))


def kind_of(kind_id: str) -> LayerKind:
    """The kind with this id; raises KeyError if there is none."""
    return _BY_ID[kind_id]
