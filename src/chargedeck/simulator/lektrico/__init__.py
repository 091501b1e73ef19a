"""LEKTRI.CO chargers and energy modules as they answer in their own network; knows nothing of the server."""
