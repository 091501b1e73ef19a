"""The schema's history: numbered steps, each done once, none ever changed."""
