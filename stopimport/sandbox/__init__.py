"""The practice API: the vendor's stop-list calls on this machine, for rehearsals, tests and benchmarks.

`options.SandboxOptions` says how it behaves, `server.serve` runs it until it is told to stop, `server.running` runs it
inside this process.
"""
