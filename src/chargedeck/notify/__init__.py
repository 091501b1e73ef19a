"""ADAPTERS: ways to tell people something who are not looking at a screen."""
