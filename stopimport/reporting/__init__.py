"""Outcomes to the run's folder: results, rejects, summary, and what is printed."""
