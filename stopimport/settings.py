"""Every option once: flag, environment variable, key of `stopimport.toml`, default and help text.

The command line is generated from `OPTIONS`; so are the table in the reference and `config show`. What the stages get
are the frozen option classes that they define themselves, made by `Settings.of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from stopimport import vendor
from stopimport.cleaning.entries import CleanOptions
from stopimport.errors import BadOption
from stopimport.loading.cells import LoadOptions
from stopimport.sending.outcomes import SendOptions
from stopimport.text.language import LANGUAGES, N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

SettingValue = bool | int | float | str | tuple[str, ...] | None
"""What a setting can be, as the record of a run has it."""
ENVIRONMENT_PREFIX = "STOPIMPORT_"

NEW_RUN = frozenset({"run", "check"})
IMPORTING = NEW_RUN | {"inbox"}
SENDING = NEW_RUN | {"resume", "inbox"}
NIGHTLY = frozenset({"inbox"})
AFTERWARDS = frozenset({"verify", "undo"})
UNDOING = frozenset({"undo"})
PAGE = frozenset({"web"})
EVERYWHERE = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: `name` is the flag without dashes, and the key of the settings file."""

    name: str
    help: str
    commands: frozenset[str]
    kind: Literal["text", "count", "seconds", "choice", "flag", "file", "folder"] = "text"
    default: Any = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    multiple: bool = False
    least: int = 1
    """Smallest value of a ``count``."""
    off: str | None = None
    """Name of the flag that switches it off again."""
    sample: int | None = None
    """A value for the file that `config init` writes, where the smallest one would do harm."""
    shown_default: str | None = None
    """What the help says where the default is found rather than fixed."""
    flag: bool = True
    """Whether there is a flag; without one it is set by environment and file only."""
    veil: Callable[[str], str] | None = None
    """Takes out of the value what nobody may see."""
    parse: Callable[[Any], Any] | None = None
    """Turns the value in force, None too, into what the stages get; without it that is the value itself."""

    @property
    def key(self) -> str:
        """The name as a Python identifier."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return ENVIRONMENT_PREFIX + self.key.upper()


_RATE = re.compile(r"(\d+)\s*(?:/\s*(s|sec|second|min|minute))?", re.ASCII)


def parse_rate(text: str) -> tuple[int, float]:
    """Return calls and window in seconds of ``10``, ``10/s`` or ``30/min``.

    Raises:
        BadOption: for anything else, 0 included.
    """
    found = _RATE.fullmatch(text.strip())
    if not found or int(found[1]) < 1:
        raise BadOption("--rate", text, N_("a whole number of at least 1, such as 10/s or 30/min"))
    return int(found[1]), 60.0 if (found[2] or "").startswith("min") else 1.0


@dataclass(frozen=True, slots=True)
class RejectLimit:
    """`--max-rejects`: a share of each phone column (0 to 1), or a number over the whole run."""

    share: float | None = None
    number: int | None = None

    @classmethod
    def parse(cls, text: str) -> RejectLimit:
        """Read ``50%`` or ``37``.

        Raises:
            BadOption: for anything else.
        """
        found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%|(\d+)", text.strip(), re.ASCII)
        if found and found[2]:
            return cls(number=int(found[2]))
        if found and float(found[1].replace(",", ".")) <= 100:
            return cls(share=float(found[1].replace(",", ".")) / 100)
        raise BadOption("--max-rejects", text, N_("a number such as 100, or a percentage such as 50%"))


_SIZE = re.compile(r"(\d{1,12}(?:[.,]\d{1,6})?)\s*(?:([KMGT])?[BO])?", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_size(text: str) -> int:
    """Return the bytes of ``500MB``, ``1.5 GB`` or, without a unit, ``1000000``.

    Raises:
        BadOption: for anything else, less than one byte included.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1].replace(",", ".")) * _UNITS[(found[2] or "").upper()]) if found else 0
    if size < 1:
        raise BadOption("--max-file-size", text, N_("a size such as 500MB or 2GB"))
    return size


def _countries(text: str | None) -> tuple[str, ...]:
    return tuple(country.upper() for country in re.split(r"[,;\s]+", text or "") if country)


def _without_password(address: str) -> str:
    """Return an address without its user and password."""
    return re.sub("(?<=//).*@", "***@", address, flags=re.DOTALL)


def _account_name(text: str | None) -> str | None:
    """Return the name of an account, blanks collapsed; None without one."""
    return " ".join(text.split()) or None if text else None


OPTIONS: tuple[Option, ...] = (
    Option(
        "out",
        N_(
            "The run's folder, created if missing; refused if a run in it has made calls.",
            N_("The folder of the import"),
        ),
        NEW_RUN,
        kind="folder",
        metavar="DIR",
        shown_default="stopimport-runs/<run-id>",
    ),
    Option(
        "column",
        N_("Phone column: its header, else its letter (C), else its number (3). Repeatable.", N_("Phone columns")),
        IMPORTING,
        metavar="NAME",
        multiple=True,
        shown_default=N_("detected automatically"),
    ),
    Option(
        "sheet",
        N_("Workbook sheet. Repeatable.", N_("Sheets")),
        IMPORTING,
        metavar="NAME",
        multiple=True,
        shown_default=N_("every visible sheet that has a phone column"),
    ),
    Option(
        "where",
        N_(
            "Keep only rows whose cell equals VALUE; 'A|B' for any of these, 'HEADER!=A|B' for none of them. "
            "Repeatable.",
            N_("Rows chosen by the values of a column"),
        ),
        IMPORTING,
        metavar="'HEADER=VALUE'",
        multiple=True,
        shown_default=N_("all rows"),
    ),
    Option(
        "where-none",
        N_("'ok': a --where that matches no row is fine.", N_("Whether it is fine that no row is left")),
        IMPORTING,
        kind="choice",
        choices=("ok",),
        parse=lambda value: value == "ok",
    ),
    Option(
        "all-rows",
        N_("Import every row even if a status column shows that some people are still subscribed."),
        IMPORTING,
        kind="flag",
        default=False,
    ),
    Option(
        "hidden",
        N_("What to do with hidden rows."),
        IMPORTING,
        kind="choice",
        choices=("skip", "include"),
        shown_default=N_("stop and ask"),
    ),
    Option(
        "header",
        N_("Number of the header row."),
        IMPORTING,
        kind="count",
        metavar="N",
        shown_default=N_("detected automatically"),
    ),
    Option("no-header", N_("The files have no header row."), IMPORTING, kind="flag", default=False),
    Option(
        "encoding", N_("Encoding of text files."), IMPORTING, metavar="NAME", shown_default=N_("detected automatically")
    ),
    Option(
        "delimiter",
        N_("Delimiter of text files."),
        IMPORTING,
        metavar="SIGN",
        shown_default=N_("detected automatically"),
    ),
    Option(
        "region",
        N_("Country of numbers without international prefix."),
        IMPORTING | {"find"} | PAGE,
        metavar="CC",
        default="FR",
        parse=lambda code: code.strip().upper(),
    ),
    Option(
        "country-column",
        N_("Column that names the country of each row, for numbers without prefix; 'none': ignore such columns."),
        IMPORTING | PAGE,
        metavar="NAME|none",
    ),
    Option(
        "countries",
        N_("Accept only these countries; FR includes its territories, FR-METRO does not."),
        IMPORTING | PAGE,
        metavar="CC,…",
        shown_default=N_("all"),
        parse=_countries,
    ),
    Option(
        "line-types",
        N_("Which line types may be added to the list."),
        IMPORTING | PAGE,
        kind="choice",
        choices=("mobile", "any"),
        default="mobile",
    ),
    Option(
        "validity",
        N_("'possible' also accepts numbers of the right length that are not in the numbering plan."),
        IMPORTING | PAGE,
        kind="choice",
        choices=("strict", "possible"),
        default="strict",
    ),
    Option(
        "keep",
        N_(
            "Copy this column (a customer id, say) into results and rejects. Repeatable.",
            N_("Columns copied into results and rejects"),
        ),
        IMPORTING | PAGE,
        metavar="NAME",
        multiple=True,
    ),
    Option(
        "rate",
        N_("Calls that may start per second or minute, retries included."),
        SENDING | AFTERWARDS | {"export"} | PAGE,
        metavar="N[/s|/min]",
        default="10/s",
    ),
    Option(
        "concurrency",
        N_("Calls in flight at most."),
        SENDING | UNDOING | PAGE,
        kind="count",
        metavar="N",
        shown_default=N_("as many as the rate needs, at most 32"),
    ),
    Option(
        "attempts",
        N_("Attempts per number, including the first."),
        SENDING | AFTERWARDS | PAGE,
        kind="count",
        default=5,
    ),
    Option(
        "max-file-size",
        N_("Refuse larger files.", N_("Refuse larger files than this")),
        IMPORTING | PAGE,
        metavar="N[MB|GB]",
        default="1GB",
        parse=lambda size: parse_size(str(size)),
    ),
    Option(
        "max-numbers",
        N_(
            "Refuse the whole run if more numbers than this would be sent.",
            N_("Ask if more numbers than this would be added"),
        ),
        IMPORTING | PAGE,
        kind="count",
        least=0,
        metavar="N",
        sample=20_000,
    ),
    Option(
        "max-rejects",
        N_(
            "Refuse the whole run if more than this is rejected: N% of a phone column, or N over the whole run.",
            N_("Ask if more than this is rejected"),
        ),
        IMPORTING | PAGE,
        metavar="N|N%",
        default="50%",
        parse=lambda limit: RejectLimit.parse(str(limit)),
    ),
    Option(
        "skip-listed",
        N_("Fetch the stop list first and send only missing numbers."),
        SENDING | PAGE,
        kind="flag",
        default=True,
        off="no-skip-listed",
    ),
    Option("verify", N_("Compare with the live list at the end."), SENDING | PAGE, kind="flag", default=False),
    Option(
        "format",
        N_("Format of results and rejects."),
        IMPORTING,
        kind="choice",
        choices=("csv", "xlsx", "both"),
        shown_default=N_("xlsx if all inputs are workbooks with at most 50,000 rows in total, otherwise csv"),
    ),
    Option(
        "wait",
        N_(
            "Seconds to wait for a folder or an inbox that another run holds.",
            N_("Seconds to wait for a folder that another import holds"),
        ),
        SENDING | AFTERWARDS,
        kind="seconds",
        default=0.0,
        metavar="N",
    ),
    Option(
        "account",
        N_("The account's name: its rate and its runs go by it, whatever key is in use."),
        SENDING | AFTERWARDS | {"export", "account check"} | PAGE,
        metavar="NAME",
        shown_default=N_("the key's hash"),
        parse=_account_name,
    ),
    Option(
        "coordinator",
        N_(
            "Redis server that deals out the account's rate, and an inbox's files, to several machines, such as "
            "redis://:password@host:6379/0."
        ),
        SENDING | AFTERWARDS | {"export", "account check"} | PAGE,
        metavar="URL",
        shown_default=N_("a file on this machine, for its runs"),
        veil=_without_password,
    ),
    Option(
        "dask",
        N_("Dask cluster that cleans large files, such as tcp://scheduler:8786; 'local' starts one."),
        NEW_RUN,
        metavar="ADDRESS",
        shown_default=N_("threads of this process"),
    ),
    Option(
        "new-key",
        N_("The run's account has been given a new key: go on with the one in force."),
        AFTERWARDS | {"resume"},
        kind="flag",
        default=False,
    ),
    Option(
        "sandbox",
        N_("Use a practice API inside this process; no key needed."),
        IMPORTING | PAGE,
        kind="flag",
        default=False,
    ),
    Option(
        "base-url",
        N_("The API's address; http:// only for this machine."),
        SENDING | AFTERWARDS | {"export", "account check"} | PAGE,
        metavar="URL",
        default=vendor.URL,
    ),
    Option(
        "group",
        N_("Make the run's files readable by this group.", N_("The group that can read the files")),
        IMPORTING | PAGE,
        metavar="NAME",
    ),
    Option(
        "practice",
        N_("Search practice runs too; they prove nothing about the stop list."),
        frozenset({"find"}),
        kind="flag",
        default=False,
    ),
    Option(
        "api-key-file",
        N_("File with the API key; others must not be able to write to it."),
        EVERYWHERE,
        kind="file",
        flag=False,
    ),
    Option(
        "reason",
        N_("Why the numbers are taken off the stop list; kept in the summary."),
        UNDOING,
        metavar="TEXT",
    ),
    Option(
        "even-if-needed",
        N_("Also take off numbers that another run relies on."),
        UNDOING,
        kind="flag",
        default=False,
    ),
    Option(
        "settle",
        N_("Seconds for which a file must be unchanged before it is taken."),
        NIGHTLY,
        kind="seconds",
        default=60.0,
        metavar="N",
        shown_default="60",
    ),
    Option(
        "runs",
        N_("Folder for the runs' folders; of an inbox: one that those who upload files cannot read."),
        NIGHTLY | PAGE,
        kind="folder",
        metavar="DIR",
        shown_default=N_(
            "of an inbox: runs/ in it; of an address: stopimport-runs/; of the page: stopimport-runs/ in your documents"
        ),
    ),
    Option(
        "again",
        N_("Import a file even if a run has already imported its content."),
        NIGHTLY,
        kind="flag",
        default=False,
    ),
    Option(
        "move",
        N_("Of an inbox at an address: move what is done with to done/ and failed/ there; else objects stay."),
        NIGHTLY,
        kind="flag",
        default=False,
    ),
    Option(
        "metrics-file",
        N_("Write metrics for Prometheus' node exporter (text collector) to this file."),
        NIGHTLY,
        kind="file",
        metavar="FILE",
    ),
    Option(
        "ping",
        N_("Address of a health-check service: /start, success and /fail are reported to it."),
        NIGHTLY,
        metavar="URL",
    ),
    Option(
        "notify",
        N_("Tell this address when a pass needs somebody: an https:// webhook (Teams, Slack, Mattermost), or mailto:."),
        NIGHTLY,
        metavar="URL",
    ),
    Option("smtp-server", N_("Mail server for --notify mailto:, such as mail.example.org:587."), NIGHTLY, flag=False),
    Option("smtp-user", N_("User of the mail server."), NIGHTLY, flag=False),
    Option("smtp-password-file", N_("File that holds that user's password."), NIGHTLY, kind="file", flag=False),
    Option("smtp-from", N_("Sender of the mails; the mail server's user unless set."), NIGHTLY, flag=False),
    Option("alert-rejects", N_("Warn when more than this share of a file is rejected."), NIGHTLY, metavar="N%"),
    Option(
        "keep-days",
        N_("Delete personal data of finished runs older than this; summary and report are kept."),
        NIGHTLY,
        kind="count",
        least=0,
        metavar="N",
        sample=90,
        shown_default=N_("kept forever"),
    ),
    Option(
        "trust-header",
        N_("For a team: the header in which the sign-in proxy in front of the page says who is asking."),
        PAGE,
        metavar="HEADER",
        shown_default=N_("no proxy: one person, this machine"),
    ),
    Option(
        "trusted-proxy",
        N_("The only address or network that this proxy asks from. Repeatable."),
        PAGE,
        metavar="NETWORK",
        multiple=True,
    ),
    Option(
        "public-url",
        N_("The address at which people reach the page through this proxy, such as https://stop.example.com."),
        PAGE,
        metavar="URL",
    ),
    Option(
        "listen",
        N_("The address at which the page listens for this proxy."),
        PAGE,
        metavar="ADDRESS",
        default="127.0.0.1",
    ),
    Option("yes", N_("Do not ask for confirmation."), SENDING | UNDOING, kind="flag", default=False),
    Option(
        "report-numbers",
        N_("Show full phone numbers in report.html; otherwise they are masked."),
        SENDING | PAGE,
        kind="flag",
        default=False,
        off="no-report-numbers",
    ),
    Option("json", N_("Print the summary as JSON, and nothing else, on standard output."), EVERYWHERE, kind="flag"),
    Option("quiet", N_("Print errors only."), EVERYWHERE, kind="flag", default=False),
    Option("verbose", N_("Print the log too."), EVERYWHERE, kind="flag", default=False),
    Option(
        "log-format",
        N_("Format of the log."),
        EVERYWHERE,
        kind="choice",
        choices=("text", "json"),
        default="text",
    ),
    Option(
        "lang",
        N_("Language of messages, help and reports."),
        EVERYWHERE,
        kind="choice",
        choices=LANGUAGES,
        shown_default=N_("the system language"),
    ),
)


_BY_KEY = {option.key: option for option in OPTIONS}
_PASSING = frozenset(
    {
        *("out", "wait", "account", "new_key", "coordinator", "dask", "yes", "api_key_file", "max_file_size"),
        *("json", "quiet", "verbose", "log_format", "lang"),
    }
)
"""Settings that say where and how something is shown, or who is asked for leave, not what is done."""


def options_of(command: str) -> tuple[Option, ...]:
    """Return the options that `command` knows, in the order of the help."""
    return tuple(option for option in OPTIONS if option.commands & {command, "*"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for one command, by `Option.key`."""

    values: Mapping[str, Any] = field(default_factory=dict)
    picked: tuple[tuple[str, str, int, tuple[int, ...]], ...] = ()
    """See `loading.cells.LoadOptions.picked`: a click has no name that an option could have."""
    left_out: tuple[tuple[str, str], ...] = ()
    """See `loading.cells.LoadOptions.left_out`."""
    careful: bool = False
    """See `loading.cells.LoadOptions.careful`."""
    lone: bool = False
    """See `loading.cells.LoadOptions.lone`."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - the table holds values of many types
        """Return the value in force for `key`: the one given, else the default."""
        return self.values[key] if key in self.values else _BY_KEY[key].default

    def changed(self, **values: object) -> Settings:
        """Return settings with other values, as if somebody had set them."""
        return replace(self, values={**self.values, **values})

    def in_force(self, command: str, *, given: bool = False) -> dict[str, SettingValue]:
        """Return the settings of `command` that shape what it does, as JSON has them, for the record of a run.

        Args:
            command: its name.
            given: only those that somebody set.
        """
        options = [option for option in options_of(command) if option.key not in _PASSING]
        chosen = [option.key for option in options if self.given(option.key) or not given]
        values = {key: self[key] for key in chosen}
        return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}

    def of_account(self) -> dict[str, SettingValue]:
        """Return what somebody set of whose account it is and who deals out its rate, for another process that sends.

        There may be a password in it.
        """
        return {key: self.values[key] for key in ("account", "coordinator") if self.given(key)}

    def given(self, key: str) -> bool:
        """Whether somebody set `key`, so that it is not the default."""
        return key in self.values

    def of(self, options: type[T], **others: object) -> T:
        """Return the settings of one stage: an object of the frozen class `options`, its fields named as the options.

        Args:
            options: the class; fields that are neither options nor in `others` keep their defaults.
            others: the values of fields that no option has.

        Raises:
            BadOption: a value cannot be understood.
        """
        chosen = {each.name: self._typed(each.name) for each in fields(options) if each.name in _BY_KEY.keys() - others}
        return options(**chosen, **others)

    def _typed(self, key: str) -> Any:  # noqa: ANN401 - the table holds values of many types
        option, value = _BY_KEY[key], self[key]
        if option.parse:
            return option.parse(value)
        if option.multiple:
            return tuple(value or ())
        if option.kind == "flag":
            return bool(value)
        return Path(value) if option.kind in {"file", "folder"} and value else value

    def load_options(self) -> LoadOptions:
        """Return the settings of reading."""
        clicked = {"picked": self.picked, "left_out": self.left_out}
        options = self.of(LoadOptions, **clicked, careful=self.careful, lone=self.lone)
        if (options.country_column or "").strip().lower() == "none":
            return replace(options, country_column=None, no_country=True)
        return options

    def clean_options(self) -> CleanOptions:
        """Return the settings of cleaning."""
        return self.of(CleanOptions)

    def send_options(self) -> SendOptions:
        """Return the settings of sending."""
        rate, window = parse_rate(str(self["rate"]))
        return self.of(SendOptions, rate=rate, window=window)

    @property
    def api_key_file(self) -> Path | None:
        """The file that holds the API key; it is not for any stage."""
        return Path(self["api_key_file"]) if self["api_key_file"] else None
