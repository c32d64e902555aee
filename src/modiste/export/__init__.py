"""A trained run -> a model folder that draws without torch."""

from modiste.export.folder import Beside, export_run, export_state

__all__ = ["Beside", "export_run", "export_state"]
