"""From cells to entries: every phone number repaired, judged and compared, or rejected with its reason.

`stage.clean` is the way in; what it returns is described in `entries`. A single number is read by `single`, without
pandas.
"""
