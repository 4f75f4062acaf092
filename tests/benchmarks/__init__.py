"""Speed and memory of the installed package against baselines measured in the same run: ``make bench``."""
