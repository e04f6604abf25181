"""Choosing the data, splitting it, and looking at it."""
