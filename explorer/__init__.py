"""The core of Neural Network Explorer: networks, training and stepping, usable without a screen."""

__version__ = "0.1.0"
