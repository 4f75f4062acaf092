"""Workbooks as records of cells: calamine reads them, a scan of the file guards it and sees what it does not."""
