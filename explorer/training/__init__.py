"""Training: the loop, as a generator of what happened."""
