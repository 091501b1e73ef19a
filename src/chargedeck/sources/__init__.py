"""What comes from meters, the sky and the market; none of it knows the others."""
