"""Real charge points over the network, with cars, faults and odd firmware; knows nothing of the server."""
