"""Reading files that nobody can vouch for in a process of its own, which may be brought down without harm."""
