"""Stepping: one iteration of a network, number by number: forward, cost, gradients, check, update."""
