"""Descriptions: composed from records, and turned into vectors."""
