"""Features: a pretrained network from an ONNX file as a torch module that passes no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from explorer.feature_files import open_features, run_features

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class Features(nn.Module):
    """Opened when it is first used; raises FeatureFileProblem if the file is gone or another."""

    def __init__(self, path: str, sha256: str, layer: str) -> None:
        super().__init__()
        self.path, self.sha256, self.layer = path, sha256, layer
        self._session: InferenceSession | None = None

    def forward(self, x: Tensor) -> Tensor:
        """(batch, *what the file takes) to (batch, *what it gives); computed in float32, as the file is."""
        if self._session is None:
            self._session = open_features(self.path, self.sha256, self.layer)
        values = run_features(self._session, x.detach().cpu().numpy())
        return torch.from_numpy(values).to(x)
