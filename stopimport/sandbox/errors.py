"""What can be wrong with the practice API."""

from __future__ import annotations

from stopimport.errors import StopimportError
from stopimport.text.language import N_


class SandboxAddressTaken(StopimportError):
    """Another program listens at the practice API's address."""

    host: str
    port: int
    template = N_("Port {port} of {host} is in use by another program. Give another --port; 0 picks any free one.")


class SandboxAddressRefused(StopimportError):
    """The practice API cannot listen at its address."""

    host: str
    port: int
    problem: str
    template = N_("The practice API cannot listen on {host}, port {port}: {problem}. Give another --host or --port.")


class SandboxStateBusy(StopimportError):
    """Another practice API uses the state file."""

    file: str
    template = N_("Another practice API uses {file}. Stop it, or give another --state.")


class SandboxStateUnusable(StopimportError):
    """The state file cannot hold the practice API's list."""

    file: str
    problem: str
    template = N_("{file} cannot hold the practice API's list: {problem}. Give another --state.")
