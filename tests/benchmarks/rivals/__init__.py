"""What the program is measured against, each a script of its own: ``python -m benchmarks.rivals.NAME``."""
