"""A trained run -> a model folder that draws without torch."""

from modiste.export.folder import export_run, export_state

__all__ = ["export_run", "export_state"]
