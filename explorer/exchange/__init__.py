"""Exchange: networks and projects as files of other programs: PyTorch code, and ONNX."""
