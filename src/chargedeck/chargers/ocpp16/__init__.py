"""OCPP 1.6J with the security whitepaper's messages."""
