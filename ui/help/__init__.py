"""Help: the keys of every command."""
