"""The engine's client, and what a person starts, follows and sets a run with."""
