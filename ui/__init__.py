"""The user interface: Qt widgets over the core in ``explorer``."""
