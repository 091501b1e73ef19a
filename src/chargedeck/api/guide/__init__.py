"""The error guide: a text per language, and nothing that decides anything."""
