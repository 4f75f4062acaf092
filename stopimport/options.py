"""Every option once: flag, environment variable, key of `stopimport.toml`, default and help text.

The command line is generated from `OPTIONS`; so are the table in the reference and `config show`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from stopimport import vendor
from stopimport.text.language import LANGUAGES, N_
from stopimport.values import (
    RejectLimit,
    parse_account,
    parse_countries,
    parse_size,
    without_password,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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
        parse=parse_countries,
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
        parse=parse_account,
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
        veil=without_password,
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


BY_KEY = {option.key: option for option in OPTIONS}


def options_of(command: str) -> tuple[Option, ...]:
    """Return the options that `command` knows, in the order of the help."""
    return tuple(option for option in OPTIONS if option.commands & {command, "*"})
