"""What is said to who calls, a file for each language but English, by the English words."""
