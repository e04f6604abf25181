"""Benchmarks: what the program costs in time and memory, side by side with its peers, in child processes."""
