"""Gestures of the mouse on the canvas: one small object each, from its start to its end or cancel."""
