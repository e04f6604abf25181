"""The inspector: everything about what is selected, and the settings that can be changed."""
