"""From what the user names to opened files: paths, archives, what a file is, its encoding."""
