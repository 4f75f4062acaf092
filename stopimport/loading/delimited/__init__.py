"""Text files as records of cells: delimiter, the fast reader for regular ones, the tolerant one for all others."""
