"""Photos and attributes from tables and folders -> checked, square, sharded records -> batches."""

from modiste.catalogue.catalogue import Catalogue, Split

__all__ = ["Catalogue", "Split"]
