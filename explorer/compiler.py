"""compile_network: from a resolved network to a torch module that keeps node ids and can show every value."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from explorer.feature_files import FeatureFileProblem
from explorer.initialise import initialise
from explorer.project.check import RunProblem
from explorer.project.model import Project, Weights
from explorer.resolve import Resolved
from explorer.torch_modules import WrongNumbers

Inside = Mapping[str, Tensor | list[Tensor]]
"""Arrays inside a layer by name: (batch, *shape), (*shape) for what a batch has in common, or a list over time."""


class CompiledNetwork(nn.Module):
    """The network as a torch module: one module per node, run in topological order.

    ``opened`` is for stepping: layers with arrays inside compute them one by one, in the same way as while training.
    """

    opened = False

    def __init__(self, resolved: Resolved) -> None:
        super().__init__()
        self.resolved = resolved
        layers = [resolved.layers[node] for node in resolved.order]
        built = {layer.id: layer.kind.module(layer.params, _known(layer.inputs)) for layer in layers}
        for layer in layers:
            if layer.frozen and not layer.owner:
                built[layer.id].requires_grad_(False)
        self.built = nn.ModuleList(built.values())
        self.plan = [(layer.id, layer.sources, built[layer.id]) for layer in layers]
        self.inputs, self.outputs = resolved.inputs, resolved.outputs
        self.sharing = [(built[layer.id], built[layer.owner]) for layer in layers if layer.owner]
        self._share()
        self.last_reader = {source: place for place, (_, sources, _) in enumerate(self.plan) for source in sources}

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> CompiledNetwork:
        """To another device or precision; torch then gives each module buffers of its own, so they are shared anew."""
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        self._share()
        return self

    def _share(self) -> None:
        """Let layers that share the weights of others use their very tensors."""
        for module, owner in self.sharing:
            for name, tensor in (*owner.named_parameters(), *owner.named_buffers()):
                inside, _, last = name.rpartition(".")
                setattr(module.get_submodule(inside), last, tensor)  # recurrent modules keep a list of them besides

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """The output for a tensor (batch, *shape) per input layer, in order; a tuple, if there are several outputs.

        Values that no later layer reads are let go.
        """
        results = self.outputs_behind(self._entering(inputs), frozenset())
        return results if len(results) > 1 else results[0]

    def outputs_behind(self, given: Mapping[str, Tensor], before: Container[str]) -> tuple[Tensor, ...]:
        """The outputs, from the outputs of earlier layers, or the inputs; the layers in ``before`` do not run."""
        values = dict(given)
        for place, (node, sources, module) in enumerate(self.plan):
            if node in before:
                continue
            values[node] = self.run_layer(node, module, [values[source] for source in sources or (node,)])[0]
            for source in set(sources):
                if self.last_reader[source] == place and source not in self.outputs:
                    del values[source]
        return tuple(values[node] for node in self.outputs)

    def values(
        self, *inputs: Tensor, inside: dict[str, Inside] | None = None, only: Container[str] | None = None
    ) -> dict[str, Tensor]:
        """Every node's output (batch, *shape) by its id, each a tensor of its own that can keep its own gradient.

        ``inside`` is filled with the arrays inside the layers that have some, if the network is ``opened``. With
        ``only``, no others run; it must have all that they read.
        """
        values = self._entering(inputs)
        plan = self.plan if only is None else [step for step in self.plan if step[0] in only]
        for node, sources, module in plan:
            given = [values[source] for source in sources or (node,)]
            value, arrays = self.run_layer(node, module, given)
            if inside is not None and arrays:
                inside[node] = arrays
            # Modules that change nothing hand back the tensor itself; with one tensor for two nodes, the gradient
            # of the later one would hold that of the earlier one too.
            values[node] = value.view_as(value) if value is given[0] else value
        return {node: values[node] for node, _, _ in plan}

    def run_layer(self, node: str, module: nn.Module, given: list[Tensor]) -> tuple[Tensor, Inside]:
        """A layer's output; if the network is opened also the arrays inside, and with it as while training.

        Raises RunProblem if the layer cannot compute with these numbers, or its file is gone.
        """
        inner = getattr(module, "opened", None) if self.opened else None
        if callable(inner):
            result: tuple[Tensor, Inside] = inner(*given)
            return result
        try:
            return module(*given), {}
        except WrongNumbers as problem:
            raise RunProblem(f"{node} {problem}", node) from None
        except FeatureFileProblem as problem:
            raise RunProblem(f"{node}: {problem}", node) from None

    def _entering(self, inputs: tuple[Tensor, ...]) -> dict[str, Tensor]:
        return dict(zip(self.inputs, inputs, strict=True))

    def weights(self) -> dict[str, nn.Parameter]:
        """The weights by name, such as ``h.weight``, in order; those of frozen layers need no gradient."""
        by_node = self.weights_by_node()
        return {f"{node}.{name}": weight for node, own in by_node.items() for name, weight in own.items()}

    def weights_by_node(self) -> dict[str, dict[str, nn.Parameter]]:
        """The weights of each layer that has its own, by their names within it."""
        layers = self.resolved.layers
        owners = [(node, module) for node, _, module in self.plan if not layers[node].owner]
        return {node: {name: module.get_parameter(name) for name in layers[node].weights} for node, module in owners}

    def kept(self) -> dict[str, Tensor]:
        """Everything that a project keeps: the weights, and the buffers beside them such as running means."""
        tensors: dict[str, Tensor] = dict(self.weights())
        for node, _, module in self.plan:
            layer = self.resolved.layers[node]
            tensors |= {f"{node}.{name}": module.get_buffer(name) for name in layer.buffers}
        return tensors

    def weight_arrays(self) -> dict[str, np.ndarray]:
        """Copies of everything that a project keeps, as numpy arrays."""
        return {name: tensor.detach().cpu().numpy().copy() for name, tensor in self.kept().items()}

    def load(self, weights: Weights) -> None:
        """Take these weights; those that are not given stay."""
        with torch.no_grad():
            for name, tensor in self.kept().items():
                if name in weights:
                    tensor.copy_(torch.from_numpy(np.array(weights[name])).to(tensor.dtype))


def compile_network(resolved: Resolved, dtype: torch.dtype = torch.float32) -> CompiledNetwork:
    """The module of a network without problems, with torch's own initial weights."""
    if resolved.problems:
        raise ValueError(resolved.problems[0].message)
    return CompiledNetwork(resolved).to(dtype)


def compile_project(project: Project, resolved: Resolved, dtype: torch.dtype = torch.float32) -> CompiledNetwork:
    """The module with the project's weights; those that it lacks are initialised from its seed and ``init``."""
    seed = project.settings["seed"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # Layers are always initialised in float32 and then widened, so that both precisions start alike.
        module = compile_network(resolved)
        for node, weights in module.weights_by_node().items():
            layer = resolved.layers[node]
            initialise(layer.kind, layer.params, weights, project.settings["init"], project.settings["init_spread"])
    module = module.to(dtype)
    module.load(project.weights)
    return module


def _known(shapes: tuple[tuple[int, ...] | None, ...]) -> tuple[tuple[int, ...], ...]:
    return tuple(shape for shape in shapes if shape is not None)
