"""The words and rules of charging: pure functions over facts and time, standard library only."""
