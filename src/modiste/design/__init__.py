"""A model folder and a description -> pictures, with numpy, pillow and onnxruntime alone."""

from modiste.design.command import design_command
from modiste.design.folder import bundled_models, find_model
from modiste.design.model import DesignModel
from modiste.design.picture import read_record

__all__ = ["DesignModel", "bundled_models", "design_command", "find_model", "read_record"]
