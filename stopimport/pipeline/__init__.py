"""The one way through the house, for the command line, the page and scripts alike.

`running` begins, checks and resumes a run, `previewing` shows what was understood of files, `verifying` compares a run
with the stop list, `undoing` takes its numbers off again, `discarding` deletes a check, `export` fetches the list.
"""
