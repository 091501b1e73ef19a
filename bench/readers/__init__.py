"""Readers of the event stream: most only drain it, a few read along and note when they saw what."""
