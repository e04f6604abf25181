"""The live views: one file each, and the list that makes them known, in the order of the menu."""

from __future__ import annotations

from ui.views.accuracy import Accuracy
from ui.views.cost import Cost
from ui.views.curve import Curve
from ui.views.feature_maps import FeatureMaps
from ui.views.histogram import Histogram
from ui.views.kernels import Kernels
from ui.views.weights import Weights
from ui.watch.view import View

VIEWS: tuple[type[View], ...] = (Cost, Accuracy, Curve, FeatureMaps, Weights, Kernels, Histogram)
