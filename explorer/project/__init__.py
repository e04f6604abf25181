"""Project: a network, its weights, data and training settings as plain data, and the file format."""
