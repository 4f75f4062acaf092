"""Every option once: flag, environment variable, key of `stopimport.toml`, default and help text.

The command line is generated from `OPTIONS`; so are the table in the reference and `config show`. What the stages get
are the frozen option classes that they define themselves, made by `Settings`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stopimport import vendor
from stopimport.errors import BadOption
from stopimport.text.language import LANGUAGES, N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.loading.cells import LoadOptions
    from stopimport.sending.outcomes import SendOptions

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

    @property
    def key(self) -> str:
        """The name as a Python identifier."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return ENVIRONMENT_PREFIX + self.key.upper()


OPTIONS: tuple[Option, ...] = (
    Option(
        "out",
        N_("The run's folder, made if missing; refused if a run in it has made calls."),
        NEW_RUN,
        kind="folder",
        metavar="DIR",
        shown_default="stopimport-runs/<run-id>",
    ),
    Option(
        "column",
        N_("Phone column by header, else letter (C), else number (3). Repeatable."),
        IMPORTING,
        metavar="NAME",
        multiple=True,
        shown_default=N_("found"),
    ),
    Option(
        "sheet",
        N_("Workbook sheet. Repeatable."),
        IMPORTING,
        metavar="NAME",
        multiple=True,
        shown_default=N_("every visible sheet that has a phone column"),
    ),
    Option(
        "where",
        N_("Keep only rows whose cell equals VALUE; 'A|B' any of, 'HEADER!=A|B' none of. Repeatable."),
        IMPORTING,
        metavar="'HEADER=VALUE'",
        multiple=True,
        shown_default=N_("all rows"),
    ),
    Option(
        "where-none", N_("'ok': a --where that keeps no row at all is fine."), IMPORTING, kind="choice", choices=("ok",)
    ),
    Option(
        "all-rows",
        N_("Import every row although a status column says that some people are still subscribed."),
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
    Option("header", N_("Row of the headers."), IMPORTING, kind="count", metavar="N", shown_default=N_("found")),
    Option("no-header", N_("The files have no header row."), IMPORTING, kind="flag", default=False),
    Option("encoding", N_("Encoding of text files."), IMPORTING, metavar="NAME", shown_default=N_("found")),
    Option("delimiter", N_("Delimiter of text files."), IMPORTING, metavar="SIGN", shown_default=N_("found")),
    Option(
        "region",
        N_("Country of numbers without international prefix."),
        IMPORTING | {"find"} | PAGE,
        metavar="CC",
        default="FR",
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
    ),
    Option(
        "line-types",
        N_("Which line types may go on the list."),
        IMPORTING | PAGE,
        kind="choice",
        choices=("mobile", "any"),
        default="mobile",
    ),
    Option(
        "validity",
        N_("'possible' lets numbers of the right length through that the numbering plan lacks."),
        IMPORTING | PAGE,
        kind="choice",
        choices=("strict", "possible"),
        default="strict",
    ),
    Option(
        "keep",
        N_("Carry this column (a customer id, say) into results and rejects. Repeatable."),
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
        "attempts", N_("Tries per number, the first included."), SENDING | AFTERWARDS | PAGE, kind="count", default=5
    ),
    Option(
        "max-numbers",
        N_("Refuse the whole run if more numbers than this would be sent."),
        IMPORTING | PAGE,
        kind="count",
        least=0,
        metavar="N",
        sample=20_000,
    ),
    Option(
        "max-rejects",
        N_("Refuse the whole run if more than this is rejected: N% of a phone column, or N over the run."),
        IMPORTING | PAGE,
        metavar="N|N%",
        default="50%",
    ),
    Option(
        "skip-listed",
        N_("Fetch the stop list first and send only what is missing."),
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
        shown_default=N_("xlsx if all inputs are workbooks of at most 50,000 rows together, else csv"),
    ),
    Option(
        "wait",
        N_("Seconds to wait for another run of the same account to finish sending."),
        SENDING | AFTERWARDS,
        kind="seconds",
        default=0.0,
        metavar="N",
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
    Option("group", N_("Make the run's files readable by this group."), IMPORTING | PAGE, metavar="NAME"),
    Option(
        "api-key-file",
        N_("File that holds the API key; others must not be able to write it."),
        EVERYWHERE,
        kind="file",
        flag=False,
    ),
    Option(
        "reason",
        N_("Why the numbers shall leave the stop list; it stands in the summary."),
        UNDOING,
        metavar="TEXT",
    ),
    Option(
        "even-if-needed",
        N_("Take off also what a later run reported as already listed."),
        UNDOING,
        kind="flag",
        default=False,
    ),
    Option(
        "settle",
        N_("Seconds that a file must be unchanged before it is taken."),
        NIGHTLY,
        kind="seconds",
        default=60.0,
        metavar="N",
        shown_default="60",
    ),
    Option(
        "runs",
        N_("Folder for the runs' folders: one where those who upload cannot read."),
        NIGHTLY,
        kind="folder",
        metavar="DIR",
        shown_default=N_("runs/ in the inbox"),
    ),
    Option("again", N_("Import a file although a run has imported its content."), NIGHTLY, kind="flag", default=False),
    Option(
        "metrics-file",
        N_("Write figures for Prometheus' node exporter (text collector) to this file."),
        NIGHTLY,
        kind="file",
        metavar="FILE",
    ),
    Option(
        "ping",
        N_("Address of a health-check service: /start, success and /fail are told."),
        NIGHTLY,
        metavar="URL",
    ),
    Option("alert-rejects", N_("Warn when more than this share of a file is rejected."), NIGHTLY, metavar="N%"),
    Option(
        "keep-days",
        N_("Delete personal data of finished runs older than this; summary and report stay."),
        NIGHTLY,
        kind="count",
        least=0,
        metavar="N",
        sample=90,
        shown_default=N_("kept for ever"),
    ),
    Option("yes", N_("Do not ask for confirmation."), SENDING | UNDOING, kind="flag", default=False),
    Option(
        "report-numbers",
        N_("Show phone numbers whole in report.html; else they are masked."),
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
        N_("Language of what people read."),
        EVERYWHERE,
        kind="choice",
        choices=LANGUAGES,
        shown_default=N_("the system's"),
    ),
)


_PASSING = frozenset({"out", "wait", "yes", "api_key_file", "json", "quiet", "verbose", "log_format", "lang"})
"""Settings that say where and how something is shown, not what is done."""


def options_of(command: str) -> tuple[Option, ...]:
    """Return the options that `command` knows, in the order of the help."""
    return tuple(option for option in OPTIONS if option.commands & {command, "*"})


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


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for one command, by `Option.key`."""

    values: Mapping[str, Any] = field(default_factory=dict)
    picked: tuple[tuple[str, str, int, tuple[int, ...]], ...] = ()
    """See `loading.cells.LoadOptions.picked`: a click has no name that an option could have."""
    careful: bool = False
    """See `loading.cells.LoadOptions.careful`."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - the table holds values of many types
        """Return the value in force for `key`: the one given, else the default."""
        if key in self.values:
            return self.values[key]
        return next(option.default for option in OPTIONS if option.key == key)

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

    def given(self, key: str) -> bool:
        """Say whether somebody set `key`, so that it is not the default."""
        return key in self.values

    def load_options(self) -> LoadOptions:
        """Return the settings of reading."""
        from stopimport.loading.cells import LoadOptions  # noqa: PLC0415 - the stages stay out of `--help`

        return LoadOptions(
            column=tuple(self["column"] or ()),
            sheet=tuple(self["sheet"] or ()),
            where=tuple(self["where"] or ()),
            where_none=self["where_none"] == "ok",
            all_rows=self["all_rows"],
            hidden=self["hidden"],
            header=self["header"],
            no_header=self["no_header"],
            encoding=self["encoding"],
            delimiter=self["delimiter"],
            country_column=None if self._no_country() else self["country_column"],
            no_country=self._no_country(),
            keep=tuple(self["keep"] or ()),
            picked=self.picked,
            careful=self.careful,
        )

    def _no_country(self) -> bool:
        """Say whether columns that name countries are to be ignored."""
        return str(self["country_column"]).strip().lower() == "none" and self.given("country_column")

    def clean_options(self) -> CleanOptions:
        """Return the settings of cleaning."""
        from stopimport.cleaning.entries import CleanOptions  # noqa: PLC0415 - as above

        countries = re.split(r"[,;\s]+", (self["countries"] or "").strip())
        return CleanOptions(
            region=self["region"].strip().upper(),
            countries=tuple(country.upper() for country in countries if country),
            line_types=self["line_types"],
            validity=self["validity"],
        )

    def send_options(self) -> SendOptions:
        """Return the settings of sending."""
        from stopimport.sending.outcomes import SendOptions  # noqa: PLC0415 - as above

        rate, window = parse_rate(str(self["rate"]))
        return SendOptions(rate, window, self["concurrency"], self["attempts"])

    def reject_limit(self) -> RejectLimit:
        """Return how many rejects are too many."""
        return RejectLimit.parse(str(self["max_rejects"]))
