"""From an address to the store that serves it; the libraries behind it are imported here, and only then."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from stopimport.remote.address import SFTP
from stopimport.remote.errors import ExtraMissing
from stopimport.remote.loop import Loop

if TYPE_CHECKING:
    from types import TracebackType

    from stopimport.remote.address import Address
    from stopimport.remote.store import Store


class Stores:
    """Opens each store once; use it in a ``with`` block, which gives up all connections at its end."""

    def __init__(self) -> None:
        self._loop: Loop | None = None
        self._open: dict[str, Store] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def loop(self) -> Loop:
        """What the stores work in."""
        if self._loop is None:
            self._loop = Loop()
            self._stack.callback(self._loop.close)
        return self._loop

    def of(self, address: Address) -> Store:
        """Return the store of `address`.

        Raises:
            ExtraMissing: the libraries are not installed.
            BadCredentials: what is set up for it cannot be used.
        """
        if address.store not in self._open:
            store = self._made(address)
            self._stack.callback(store.close)
            self._open[address.store] = store
        return self._open[address.store]

    def _made(self, address: Address) -> Store:
        try:
            if address.scheme == SFTP:
                from stopimport.remote.sftp import SftpStore  # noqa: PLC0415 - an extra, and heavy

                return SftpStore(address, self.loop)
            from stopimport.remote.objects import ObjectStore  # noqa: PLC0415 - an extra, and heavy

            return ObjectStore(address, self.loop)
        except ModuleNotFoundError as error:
            if error.name not in {"asyncssh", "obstore"}:
                raise
            raise ExtraMissing(address.store) from None
