"""Drivers, one folder a protocol: facts to the hub, its commands to the devices; none knows another."""
