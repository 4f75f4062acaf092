"""What can be wrong with files that lie elsewhere.

No sentence repeats what a store or its library says: that may hold signed addresses, or anything else.
"""

from __future__ import annotations

from stopimport.errors import StopimportError
from stopimport.text.language import N_, Sentence


class RemoteError(StopimportError):
    """Parent of all that can go wrong between us and a store."""


class BadRemoteAddress(RemoteError):
    """What should be an address cannot be one."""

    address: str
    problem: str
    template = N_("{address} is not an address that can be read: {problem}.")


class SecretInAddress(RemoteError):
    """Somebody put a password into an address (which is therefore not shown)."""

    scheme: str
    template = N_(
        "An address must not hold a password: others see it in the list of processes. Leave it out of the {scheme}:// "
        "address; the documentation says where the credentials belong."
    )


class ExtraMissing(RemoteError):
    """The libraries for addresses are not installed."""

    address: str
    template = N_("{address} needs more than what is installed. Install it with pip install 'stopimport[remote]'")


class RemoteMissing(RemoteError):
    """There is no such file, folder, bucket or container."""

    address: str
    template = N_("{address} does not exist. Check the name.")


class NoBucket(RemoteError):
    """There is no such bucket or container."""

    address: str
    template = N_("There is no {address}, or it is not to be seen with these credentials. Check the name.")


class RemoteNoMatch(RemoteError):
    """A pattern matches nothing."""

    address: str
    template = N_("No file matches {address}. Check the pattern.")


class RemoteNothing(RemoteError):
    """A folder has no file in it that could be read."""

    address: str
    endings: str
    template = N_("There is no file to read in {address}. Files with one of these endings are read: {endings}")


class RemoteForbidden(RemoteError):
    """The store knows us, or does not, and says no."""

    address: str
    template = N_("Access to {address} is refused. Check the credentials, and that they may list and read it.")


class NoCredentials(RemoteError):
    """Nothing was found to sign in with."""

    address: str
    template = N_(
        "There are no credentials for {address}. Set them up where the cloud's own tools look for them: the "
        "environment, a profile, or the role of this machine."
    )


class BadCredentials(RemoteError):
    """What was found to sign in with cannot be used."""

    address: str
    problem: str | Sentence
    template = N_("The credentials for {address} cannot be used: {problem}.")


class WrongRegion(RemoteError):
    """The bucket is in another region."""

    address: str
    template = N_("{address} is in another region. Set AWS_REGION to the bucket's own, such as eu-west-3.")


class RemoteAway(RemoteError):
    """The store cannot be reached, or does not answer in time."""

    address: str
    problem: str | Sentence
    template = N_("{address} cannot be reached: {problem}. Try again later.")


class RemoteUnusable(RemoteError):
    """The store answers with something that nobody can work with."""

    address: str
    problem: str | Sentence
    template = N_("{address} cannot be read: {problem}.")


class RemoteChanged(RemoteError):
    """A file changed, or went away, between being found and being read."""

    address: str
    template = N_("{address} changed while it was being read. Run the same command again once it is complete.")


class NoRoom(RemoteError):
    """This machine has no room for a copy."""

    address: str
    folder: str
    problem: str
    template = N_(
        "{address} cannot be copied to {folder}: {problem}. Free some space, or name another folder by TMPDIR."
    )


class UnknownHostKey(RemoteError):
    """The server's key is not the one that is known for it, or none is known."""

    host: str
    port: int
    template = N_(
        "The server {host} shows a key that is not in known_hosts, so nothing was exchanged with it. Ask whoever runs "
        "it for its key, compare it with what ssh-keyscan -p {port} {host} shows, and add that line to "
        "~/.ssh/known_hosts."
    )
