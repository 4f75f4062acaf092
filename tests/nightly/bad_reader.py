"""A reader that does what a hostile file would make them do; the file's name says what."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time

from stopimport.apart import process

REAL = process.read
KEPT = []


def eat():
    """Take memory without end."""
    eaten = []
    while True:
        eaten.append(bytearray(10**8))


def eat_outside():
    """Take memory where Python knows nothing of it, and give up as libraries do."""
    while True:
        block = ctypes.CDLL(None).malloc
        block.restype = ctypes.c_void_p
        if not block(10**8):
            os.abort()


def keep():
    """Keep much of what a file has brought."""
    KEPT.append(b"x" * (3 * 10**8))


def spin():
    """Take a processor's time without end; a second of it is enough for the test."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1, 40))
    while True:
        pass


def open_many():
    """Open files without end."""
    opened = []
    while True:
        opened.append(os.open(__file__, os.O_RDONLY))


def err():
    """Fall over something that should not be, and tell a number."""
    raise RuntimeError("0600006666")


DEEDS = {
    "eat": eat,
    "eat-outside": eat_outside,
    "keep": keep,
    "spin": spin,
    "wait": lambda: time.sleep(600),
    "abort": os.abort,
    "fall": lambda: ctypes.string_at(1),
    "leave": lambda: os._exit(0),
    "open": open_many,
    "err": err,
    "shout": lambda: os.write(1, b"this is no message\n" * 1000),
    "kill-all": lambda: os.killpg(0, 9),
}


def read(file, context, *, keyed):
    """Do the deed that the file's name says, then read."""
    if deed := DEEDS.get(file.stem):
        deed()
    return REAL(file, context, keyed=keyed)


process.read = read
sys.exit(process.main())
