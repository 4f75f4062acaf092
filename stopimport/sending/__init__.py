"""Making many calls with care: rate, holds, tries, outcomes."""
