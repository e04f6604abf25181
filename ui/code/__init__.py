"""The network as PyTorch code, beside it and in files."""
