"""The names of what a report's file carries to be verified with."""

HEADER, LINES = "report.json", "sessions.jsonl"
