"""The tables of the pages, made from the code: `python tests/docs/docs_tables.py` writes them, a test compares them.

A table is written between its marks, in whichever page has these.
"""

from __future__ import annotations

import re

import click
from docs_pages import PAGES

from stopimport import vocabulary
from stopimport.cli.commands import main as _main  # noqa: F401 - all commands are declared
from stopimport.cli.program import program
from stopimport.options import OPTIONS, Option
from stopimport.reporting import messages
from stopimport.smspartner.codes import API_CODES
from stopimport.text.language import _


def tables() -> dict[str, str]:
    """Return each table's Markdown by the name that is in its marks."""
    return {
        "statuses": _terms("status", vocabulary.STATUSES),
        "undo-statuses": _terms("status", vocabulary.UNDO_STATUSES),
        "repairs": _terms("repair", vocabulary.REPAIRS),
        "reasons": _terms("reason", vocabulary.REASONS),
        "api-codes": _terms("code", API_CODES),
        "exit-codes": _terms("exit code", {int(code): term for code, term in vocabulary.EXIT_CODES.items()}),
        "options": _options(),
        "commands": _commands(),
        "results": _meanings("column", messages.RESULTS_COLUMNS),
        "rejects": _meanings("column", messages.REJECTS_COLUMNS),
        "counts": _meanings("count", messages.COUNTS),
    }


def filled(text: str) -> str:
    """Return a page's text with all its tables as the code has them."""
    for name, table in tables().items():
        mark = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = mark.sub(lambda found, table=table: found[1] + table + found[2], text)
    return text


def _terms(head: str, terms: dict) -> str:
    rows = [f"| {head} | what it means | what to do |", "| --- | --- | --- |"]
    rows += [f"| `{code}` | {_cell(_(term.meaning))} | {_cell(_(term.remedy))} |" for code, term in terms.items()]
    return "\n".join(rows) + "\n"


def _meanings(head: str, meanings: dict) -> str:
    rows = [f"| {head} | what it holds |", "| --- | --- |"]
    rows += [f"| `{name}` | {_cell(_(meaning))} |" for name, meaning in meanings.items()]
    return "\n".join(rows) + "\n"


def _commands() -> str:
    rows = ["| command | what it does |", "| --- | --- |"]
    rows += [f"| `{words}` | {_cell(what)} |" for words, what in _spelt(program, "stopimport")]
    return "\n".join(rows) + "\n"


def _spelt(group: click.Group, words: str) -> list[tuple[str, str]]:
    """Return each command as it is typed, and the first sentence of its help."""
    found = []
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            found += _spelt(command, f"{words} {name}")
            continue
        arguments = [param.make_metavar(click.Context(command)) for param in command.params if not _is_option(param)]
        first = re.split(r"(?<=[.?])\s", " ".join((command.help or "").split()))[0]
        found.append((" ".join([words, name, *arguments]), first))
    return found


def _is_option(param: click.Parameter) -> bool:
    return param.param_type_name == "option"


def _options() -> str:
    rows = ["| option | what it does | default | commands |", "| --- | --- | --- | --- |"]
    rows += [_option(option) for option in OPTIONS]
    return "\n".join(rows) + "\n"


def _option(option: Option) -> str:
    name = f"--{option.name}" if option.flag else option.name
    if option.off:
        name += f" / --{option.off}"
    elif option.kind == "choice":
        name += " " + "\\|".join(option.choices)
    elif option.kind != "flag":
        name += " " + _cell(option.metavar or {"count": "N", "file": "FILE"}.get(option.kind, "TEXT"))
    default = option.shown_default or ("on" if option.default is True else option.default or "")
    commands = "all" if "*" in option.commands else ", ".join(sorted(option.commands))
    return f"| `{name}` | {_cell(option.help)} | {_cell(str(default))} | {commands} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8")), "utf-8")
