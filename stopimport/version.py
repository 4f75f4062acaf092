"""The version: the only place that has it; the wheel, `--version` and the summaries take it from here."""

__version__ = "0.1.0"
