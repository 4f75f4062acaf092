"""The web page, for people who do not use a terminal: a server on this machine, and a child process for each job."""
