"""modiste: clothes drawn from words, learnt from your own catalogue, on your own machine."""

__version__ = "0.1.0"
