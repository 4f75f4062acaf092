"""The nightly job: every new file of a folder is imported once, and nobody watches."""
