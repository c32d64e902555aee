"""A model and a bare folder of photos -> a brand's own model."""
