"""The page's child process, which reads files that nobody can vouch for, and sends: both ends of the talk with it."""
