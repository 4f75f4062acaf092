"""What the bundle's program is made of (see stopimport.spec)."""

import multiprocessing

from stopimport.myself import main

if __name__ == "__main__":
    # A library's processes are this program, too, and must not begin the work anew.
    multiprocessing.freeze_support()
    main()
