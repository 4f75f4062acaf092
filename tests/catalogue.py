"""The French catalogue: `python tests/catalogue.py` brings it up to date and says what is untranslated.

The messages are all texts marked in the code, and what `--help` shows; a test compares the catalogue with them.
"""

from __future__ import annotations

import ast
import re
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import click
import jinja2
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

from stopimport.cli.commands import main as _  # noqa: F401 - all commands are declared
from stopimport.cli.help import paragraphs
from stopimport.cli.program import program

if TYPE_CHECKING:
    from gettext import NullTranslations

PACKAGE = Path(__file__).parent.parent / "stopimport"
PO = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "stopimport.po"
MO = PO.with_suffix(".mo")
MARKS = {"_", "N_", "Sentence"}
PLURAL_MARKS = {"ngettext", "Plural"}
Message = str | tuple[str, str]
"""A text, or the English singular and plural of one that counts."""
_COMMAND_LINE = re.compile(r"([A-Z_]+=\S+ )?stopimport\b.*")
_SPACE_BEFORE = re.compile(r"[ \u00a0\u202f]?([;!?])(?=[\s»)]|$)")
_COLON = re.compile(r"(?<=[^\s:])[ \u00a0\u202f]?:(?=\s|$)")


def extracted() -> dict[Message, set[str]]:
    """Return every message with the files that show it."""
    found: dict[Message, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for message in marked(ast.parse(file.read_text("utf-8"))):
            found.setdefault(message, set()).add(file.relative_to(PACKAGE.parent).as_posix())
    for file in sorted(PACKAGE.rglob("*.html")):
        for message in marked_in_template(file.read_text("utf-8")):
            found.setdefault(message, set()).add(file.relative_to(PACKAGE.parent).as_posix())
    for message in _help_texts(program):
        found.setdefault(message, set()).add("--help")
    return found


def marked(tree: ast.AST) -> list[Message]:
    """Return the texts marked for translation in a module (Babel's own extraction takes any quoted word in a call)."""
    found: list[Message] = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        if call.func.id in MARKS and call.args:
            found += _literals(call.args[0])
        elif call.func.id in PLURAL_MARKS:
            found += zip(_literals(call.args[0]), _literals(call.args[1]), strict=True)
    return found


def marked_in_template(source: str) -> list[str]:
    """Return the texts marked for translation in an HTML template."""
    calls = jinja2.Environment(autoescape=True).parse(source).find_all(nodes.Call)
    named = (call for call in calls if isinstance(call.node, nodes.Name) and call.node.name == "_")
    return [call.args[0].value for call in named if isinstance(call.args[0], nodes.Const) and call.args[0].value]


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and node.value else []


def _help_texts(command: click.Command) -> list[str]:
    """Return what a command's help shows of its own, and that of the commands below it."""
    texts = [text for text in paragraphs(command.help or "") if not _is_example(text)]
    for parameter in command.params:
        texts += [parameter.metavar or ""]
        if isinstance(parameter, click.Option):
            texts += [parameter.help or ""]
    for below in getattr(command, "commands", {}).values():
        texts += _help_texts(below)
    return [text for text in texts if re.search("[a-z]{2}|[A-Z]{3}", text)]


def _is_example(text: str) -> bool:
    """Whether a paragraph is command lines only, which are the same in every language."""
    return text.endswith("\n") and all(_COMMAND_LINE.fullmatch(line) for line in text.splitlines())


def catalogue() -> Catalog:
    """Return the catalogue as it is in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def updated(translated: Catalog) -> Catalog:
    """Return a catalogue with all messages there are, and the translations that there were."""
    fresh = Catalog(
        "fr",
        header_comment="# French texts of stopimport; `python tests/catalogue.py` keeps this file and its .mo.",
        project="stopimport",
        version="",
        last_translator="stopimport",
        language_team="stopimport",
        creation_date=translated.creation_date,
        revision_date=translated.revision_date,
        fuzzy=False,
    )
    for message, places in sorted(extracted().items(), key=lambda item: (sorted(item[1]), forms(item[0]))):
        old = translated.get(forms(message)[0])
        known = old is not None and not old.fuzzy and len(forms(old.id)) == len(forms(message))
        texts = [typographic(text) for text in forms(old.string)] if old and known else [""] * len(forms(message))
        translation = texts[0] if isinstance(message, str) else tuple(texts)
        fresh.add(message, translation, locations=[(place, None) for place in sorted(places)])
        # gettext's guess that a per cent sign is a placeholder: ours are braces.
        fresh[message].flags.clear()
    return fresh


def forms(message: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the one text of a message, or its singular and plural."""
    return (message,) if isinstance(message, str) else tuple(message)


def compiled(translated: Catalog) -> bytes:
    """Return the catalogue as the program reads it."""
    file = BytesIO()
    write_mo(file, translated)
    return file.getvalue()


def compiled_forms(entry: Entry, texts: NullTranslations) -> str | tuple[str, ...]:
    """Return what a compiled catalogue says of an entry: one text, or its singular and plural."""
    if isinstance(entry.id, str):
        return texts.gettext(entry.id)
    return tuple(texts.ngettext(*entry.id, count) for count in (1, 2))


def typographic(text: str) -> str:
    """Return a French text with the typographer's spaces and apostrophes; it changes nothing a second time."""
    text = re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_]|«|\{)", "’", text)
    text = re.sub(r"«\s*", "«\u00a0", text)
    text = re.sub(r"\s*»", "\u00a0»", text)
    text = _SPACE_BEFORE.sub("\u202f\\1", text)
    text = _COLON.sub("\u00a0:", text)
    text = re.sub(r"\}[ \u00a0\u202f]?%", "}\u00a0%", text)
    text = re.sub(r"\} (?=(?:Mo|Ko|s|min|h|j)(?:[\s.,;:)]|$))", "}\u00a0", text)
    return re.sub(r"(?<=\d) (?=\d{3}\b)", "\u202f", text)


def placeholders(text: str) -> list[str]:
    """Return the braces of a text with their formats, in alphabetical order."""
    return sorted(f"{name}:{spec}" for _text, name, spec, _sign in Formatter().parse(text) if name is not None)


def faults(translated: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, a line for each fault."""
    known = extracted()
    found = [f"{fault}: {message!r}" for message in known for fault in _faults(message, translated)]
    unused = [entry.id for entry in translated if entry.id and entry.id not in known]
    return found + [f"no longer used: {message!r}" for message in unused]


def _faults(message: Message, translated: Catalog) -> list[str]:
    entry = translated.get(forms(message)[0])
    if entry is None or entry.fuzzy or entry.id != message or not all(forms(entry.string)):
        return ["untranslated"]
    wanted = placeholders(forms(message)[-1])
    texts = (*forms(message), *forms(entry.string))
    found = ["other placeholders"] if any(placeholders(text) != wanted for text in texts) else []
    if any(typographic(text) != text for text in forms(entry.string)):
        found.append("typography")
    return found


if __name__ == "__main__":
    PO.parent.mkdir(parents=True, exist_ok=True)
    new = updated(catalogue() if PO.exists() else Catalog("fr", revision_date=datetime.now(UTC)))
    with PO.open("wb") as po:
        write_po(po, new, width=110, omit_header=False)
    MO.write_bytes(compiled(new))
    problems = faults(new)
    print("\n".join(problems) or f"{len(new)} messages, all translated")  # noqa: T201 - it tells the developer
    sys.exit(bool(problems))
