"""Use cases: devices, charger actors, commands and the session ledger, over ports."""
