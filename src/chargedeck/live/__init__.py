"""The last known state of everything, and its changes fanned out to bounded readers."""
