"""The stages of the OCPP benchmark: each starts its own servers, and leaves none behind."""
