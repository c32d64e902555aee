"""Figures one can trust: does a model obey the text, look real, vary, and draw what is new."""
