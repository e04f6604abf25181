"""Engine: where training and tracing run; commands go in, messages come out, both plain data."""
