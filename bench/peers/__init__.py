"""What the server is measured beside: the least a central system can do, and one made of ready parts."""
