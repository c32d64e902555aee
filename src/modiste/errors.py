"""What can go wrong, in words for the person at the keyboard.

ModisteError            printed as one line, exit code 2
├── BadInput            what was given cannot be used (also a ValueError)
├── MissingExtra        a command whose optional dependencies are not installed
└── TrainingStopped     a run ended before its budget, its checkpoint kept
"""


class ModisteError(Exception):
    """Base of every error that is meant for people: one line, no traceback."""


class BadInput(ModisteError, ValueError):
    """Says what was expected, what was found and what to do."""


class MissingExtra(ModisteError):
    """A command needs an optional dependency; the message names the install command."""


class TrainingStopped(ModisteError):
    """Training cannot go on; the message says why and what to try."""
