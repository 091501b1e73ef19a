"""ADAPTERS: makes files for people out of what the hub hands over; reads no database and no clock."""
