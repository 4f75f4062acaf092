"""Looking back over many runs at once. Nothing heavy is imported until a run has something to show."""
