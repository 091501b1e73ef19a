"""What documents say, a file for each language."""
