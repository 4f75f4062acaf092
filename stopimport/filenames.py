"""How the files of a run's folder are called that tell it from any other: reading passes over what an own run wrote."""

JOURNAL = "journal.sqlite3"
SUMMARY = "summary.json"
