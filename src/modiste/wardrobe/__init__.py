"""The embedded wardrobe: garments drawn by code, whose attributes are known exactly."""

from modiste.wardrobe.attributes import Garment, garment
from modiste.wardrobe.draw import draw
from modiste.wardrobe.palette import PALETTE
from modiste.wardrobe.write import write_sample

__all__ = ["PALETTE", "Garment", "draw", "garment", "write_sample"]
