"""ADAPTER  MQTT: every charger's state for other programs, their wishes back, Home Assistant discovery."""
