"""What every OCPP-J version shares: listener, framing, schema validation and calls; no version's words."""
