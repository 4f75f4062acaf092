"""``python -m stopimport`` is the same program as ``stopimport``."""

from stopimport.cli import main

main()
