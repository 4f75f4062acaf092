"""A run's folder and everything in it: journal, locks, whole files, and looking back over many runs."""
