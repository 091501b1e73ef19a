"""A charge point that speaks OCPP 1.6J with all profiles and the security whitepaper."""
