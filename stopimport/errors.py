"""Every error that a user can meet: its sentence and its exit code.

A child class is one situation, declared as its docstring, its fields and its ``template``: the fields are the facts,
the template the sentence around them, in the order of the conventions: what is wrong, where, what to do. Those that
one room raises are in that room's own ``errors``; here are their parents, and what several rooms raise. Library code
raises these; only `cli` prints them, and `web` shows them.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from enum import IntEnum
from typing import ClassVar, dataclass_transform

from stopimport.text.language import N_, Sentence, Template, _, for_page, reading_page, translated


class ExitCode(IntEnum):
    """How the program ends, for schedulers (the texts are in `vocabulary.EXIT_CODES`)."""

    OK = 0
    BUG = 1
    UNUSABLE = 2
    INCOMPLETE = 3
    ACCOUNT_REFUSED = 4
    GUARD = 5
    MISSING = 6
    BUSY = 7
    INTERRUPTED = 130
    TERMINATED = 143


_WORDED = frozenset({"detail", "expected", "likely", "problem", "reason", "what", "why"})
"""Facts that are words of ours or the system's, never the user's own: translated where the catalogue has them."""

SYSTEM_WORDS = (
    N_("File exists"),
    N_("Input/output error"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Permission denied"),
    N_("Read-only file system"),
)
"""How the operating system calls its refusals, as far as users meet them."""


def _default(fact: Field[object]) -> object:
    """Return what a fact is where nobody says so; MISSING: somebody must."""
    return fact.default if fact.default_factory is MISSING else fact.default_factory()


@dataclass_transform(eq_default=False, field_specifiers=(field,))
@dataclass(eq=False, init=False, repr=False, match_args=False)
class StopimportError(Exception):
    """Parent of all errors that a user can meet; ``str()`` is the sentence in the language in force.

    Each child is a dataclass without saying so.
    """

    template: ClassVar[Template] = ""
    page_template: ClassVar[Template] = ""
    """What the web page says instead, where ``template`` speaks of a terminal."""
    exit_code: ClassVar[ExitCode] = ExitCode.UNUSABLE

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # Errors are compared by identity, as exceptions are: two of the same facts are two events. Some 130 methods of
        # their own would be compiled at each start; those below serve all.
        dataclass(eq=False, init=False, repr=False, match_args=False)(cls)

    def __init__(self, *values: object, **named: object) -> None:
        """Take the facts, in the order of the fields or by their names; raises `TypeError` as any function does."""
        known = fields(self)
        given = dict(zip((each.name for each in known), values, strict=False))
        facts = {each.name: _default(each) for each in known} | given | named
        if len(values) > len(known) or given.keys() & named.keys() or facts.keys() - {each.name for each in known}:
            raise TypeError(f"{type(self).__name__} has other facts")
        for name, value in facts.items():
            if value is MISSING:
                raise TypeError(f"{type(self).__name__} needs {name}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in fields(self))})"
        )

    def __str__(self) -> str:
        return self._sentence((for_page() and self.page_template) or self.template)

    def on_page(self) -> str:
        """Return the sentence for the web page, in the language in force."""
        with reading_page():
            return str(self)

    def in_words(self, template: Template) -> str:
        """Return the facts in another sentence than the error's own, in the language in force."""
        return self._sentence(template)

    def _sentence(self, template: Template) -> str:
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in _WORDED & facts.keys():
            facts[name] = _(facts[name]) if isinstance(facts[name], str) else facts[name]
        return translated(template, facts)


class GuardError(StopimportError):
    """A guard stopped the run before anything was sent."""

    exit_code = ExitCode.GUARD


class BusyError(StopimportError):
    """Another run holds what this one needs."""

    exit_code = ExitCode.BUSY


class AccountError(StopimportError):
    """The account cannot be used: no key, a wrong one, or the vendor refuses it."""

    exit_code = ExitCode.ACCOUNT_REFUSED


class BadOption(StopimportError):
    """An option has a value that it cannot have."""

    option: str
    value: str
    expected: str | Sentence
    template = N_("{option} cannot be '{value}'. Use {expected}.")
    page_template = N_("A setting cannot be '{value}'. Use {expected}.")


class UnknownKeyword(StopimportError):
    """A script gives a setting that there is not."""

    name: str
    nearest: str
    template = N_("'{name}' is not a setting. Did you mean '{nearest}'?")


class NoSuchConfigFile(StopimportError):
    """The settings file given does not exist."""

    file: str
    template = N_("The settings file {file} does not exist. Check the name given with --config.")


class NoHome(StopimportError):
    """The user has no home folder, so that there is no place for what is the user's own."""

    template = N_(
        "This user has no home folder. Set the variable HOME to a folder that the user can write, or XDG_STATE_HOME "
        "and XDG_CONFIG_HOME."
    )


class OpenConfigFile(StopimportError):
    """Others can write the settings file, or replace it."""

    file: str
    open: str
    template = N_(
        "The settings file {file} is not used, because others can write to {open}. Make it yours alone: "
        "chmod go-w {open}"
    )


class BadConfigFile(StopimportError):
    """The settings file cannot be read."""

    file: str
    problem: str | Sentence
    template = N_("The settings file {file} cannot be read: {problem}. Correct it, or create a new one.")


class UnknownSetting(StopimportError):
    """The settings file has a key that no option has."""

    file: str
    key: str
    nearest: str
    template = N_("{file} sets '{key}', which is not a setting. Did you mean '{nearest}'?")


class UnreadableFile(StopimportError):
    """The system refuses to open a file."""

    file: str
    detail: str
    template = N_(
        "{file} cannot be opened ({detail}). Check that you are allowed to read it and that no other "
        "program has locked it."
    )


class ConfigFileExists(StopimportError):
    """The settings file to begin with is there already."""

    file: str
    template = N_("{file} already exists and was left alone. Edit it, or name another file with --config.")


class ConfigFileUnwritable(StopimportError):
    """The settings file to begin with cannot be written."""

    file: str
    problem: str
    template = N_("{file} cannot be written: {problem}. Name another file with --config.")


class BadKey(StopimportError):
    """What should be the API key cannot be one (the value itself is never shown)."""

    source: str
    problem: str | Sentence
    template = N_("The API key from {source} is not valid: {problem}. Copy it again from your {vendor} account.")
    page_template = N_("This key is not valid: {problem}. Copy it again from your {vendor} account.")


class KeyFileUnreadable(StopimportError):
    """The file that should hold the API key cannot be read."""

    file: str
    problem: str
    template = N_("The API key file {file} cannot be read: {problem}. Check api_key_file.")


class ForeignKeyFile(StopimportError):
    """The file with the API key belongs to somebody else, who could change it at any time."""

    file: str
    template = N_(
        "The API key file {file} is not used, because it belongs to another user. Make it yours: chown $(id -un) {file}"
    )


class OpenKeyFile(StopimportError):
    """Others can write the file with the API key, or replace it."""

    file: str
    open: str
    template = N_(
        "The API key file {file} is not used, because others can write to {open}. Make it yours alone: "
        "chmod go-w {open}"
    )


class NoKeyring(StopimportError):
    """There is no system keyring to keep the API key in."""

    problem: str | Sentence
    template = N_(
        "The system keyring cannot be used: {problem}. Put the key into {key_variable} or a file named by api_key_file."
    )
    page_template = N_("This computer's password store cannot be used: {problem}. The key is in use until the end.")
