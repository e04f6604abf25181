"""The stepper: one iteration walked through like a program in a debugger, with diagram, formula and quantities."""
