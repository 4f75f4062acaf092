"""Reading: files of any kind in, the cells of their phone columns out.

`stage.load` is the way in; what it returns is described in `cells`.
"""
