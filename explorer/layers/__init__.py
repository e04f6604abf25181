"""The kinds of layers: one file each, listed in KINDS in the order of the palette."""

from __future__ import annotations

from explorer.kind import LayerKind
from explorer.layers.add import Add
from explorer.layers.avg_pool2d import AvgPool2d
from explorer.layers.backbone import Backbone
from explorer.layers.batch_norm import BatchNorm
from explorer.layers.concat import Concat
from explorer.layers.conv1d import Conv1d
from explorer.layers.conv2d import Conv2d
from explorer.layers.conv_transpose2d import ConvTranspose2d
from explorer.layers.dense import Dense
from explorer.layers.dropout import Dropout
from explorer.layers.elu import Elu
from explorer.layers.embedding import Embedding
from explorer.layers.flatten import Flatten
from explorer.layers.gelu import Gelu
from explorer.layers.global_avg_pool2d import GlobalAvgPool2d
from explorer.layers.gru import Gru
from explorer.layers.identity import Identity
from explorer.layers.input import Input
from explorer.layers.l2_pool2d import L2Pool2d
from explorer.layers.layer_norm import LayerNorm
from explorer.layers.leaky_relu import LeakyRelu
from explorer.layers.log_softmax import LogSoftmax
from explorer.layers.lstm import Lstm
from explorer.layers.max_pool2d import MaxPool2d
from explorer.layers.multiply import Multiply
from explorer.layers.polynomial import Polynomial
from explorer.layers.relu import Relu
from explorer.layers.reshape import Reshape
from explorer.layers.rnn import Rnn
from explorer.layers.self_attention import SelfAttention
from explorer.layers.sigmoid import Sigmoid
from explorer.layers.silu import Silu
from explorer.layers.slice import Slice
from explorer.layers.softmax import Softmax
from explorer.layers.softplus import Softplus
from explorer.layers.step import Step
from explorer.layers.subnetwork import Subnetwork
from explorer.layers.sum import Sum
from explorer.layers.tanh import Tanh
from explorer.layers.upsample2d import Upsample2d

KINDS: tuple[LayerKind, ...] = (
    Input(),
    Dense(),
    Dropout(),
    Polynomial(),
    Backbone(),
    Conv2d(),
    Conv1d(),
    ConvTranspose2d(),
    Upsample2d(),
    MaxPool2d(),
    AvgPool2d(),
    L2Pool2d(),
    GlobalAvgPool2d(),
    Flatten(),
    Reshape(),
    Slice(),
    Add(),
    Multiply(),
    Concat(),
    Sum(),
    Subnetwork(),
    Embedding(),
    Rnn(),
    Lstm(),
    Gru(),
    SelfAttention(),
    BatchNorm(),
    LayerNorm(),
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
)

KIND_IDS: tuple[str, ...] = tuple(kind.id for kind in KINDS)
_BY_ID = dict(zip(KIND_IDS, KINDS, strict=True))


def kind_of(kind_id: str) -> LayerKind:
    """The kind with this id; raises KeyError if there is none."""
    return _BY_ID[kind_id]
