"""A scan of each sheet of a workbook before (and beside) its reading, one module for each format.

calamine reads fast but aborts on far cells, knows no hidden rows, and takes error values for empty cells. The scans
see all that in the file itself, and count the records independently.
"""
