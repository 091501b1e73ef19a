"""Requests of the central system: a module per profile, a function per action, after the schema check."""
