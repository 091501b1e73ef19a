"""Serves the built app; knows nothing of what the app shows."""
