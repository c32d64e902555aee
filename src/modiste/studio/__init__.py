"""The studio: a web page on this machine in which a designer types, steers and keeps."""

from modiste.studio.app import Studio, studio_app
from modiste.studio.command import studio_command

__all__ = ["Studio", "studio_app", "studio_command"]
