"""LEKTRI.CO chargers and energy modules over their local RPC: we ask, they answer."""
