"""Those who use the page read no word of a terminal: on the page, in reports, in workbooks; nor "run" for an import."""

from __future__ import annotations

import ast
import html
import io
import re
from pathlib import Path
from typing import ClassVar

import openpyxl
import pytest
from effort import EXHAUSTIVE, some
from served import serving

from stopimport.pipeline.job import Context
from stopimport.pipeline.running import run
from stopimport.pipeline.undoing import undo
from stopimport.pipeline.verifying import verify
from stopimport.settings import Settings
from stopimport.text.language import N_, Plural, _, reading_page, speaking, translated

PACKAGE = Path(__file__).parent.parent.parent / "stopimport"
TERMINAL = re.compile(r"--\w|stopimport [a-z]|exit code|code de sortie|terminal|Ctrl-C|SIGTERM|\{option\}|key_variable")
ELSEWHERE = re.compile(
    r"(cli|nightly|sandbox|apart)/|configfile\.py|secrets\.py|reporting/(terminal|preview|past_runs|afterwards)\.py"
)
"""What only a terminal or the nightly job shows."""
NEVER_HERE = {
    "NoSuchConfigFile", "ConfigFileExists", "ConfigFileUnwritable", "OpenConfigFile",
    "ExportExists", "PageAddressTaken", "PageAddressRefused", "NoDask", "ClusterAway", "ClusterIdle",
}  # fmt: skip
"""Errors of commands and options that the page has nothing of, and of its own start."""
EXPORT = (
    "Nom;Mobile;Tél. fixe;Ville\nA;0600001001;;Lyon\nB;0600001002;0600001009;Lyon\nC;0600001001;;Paris\n"
    "D;0560000011;;Lyon\nE;abc;;Lyon\nF;0699;;Lyon\nG;+999123456;;Lyon\nH;0799999999999;;Lyon\nI;3,36E+10;;Lyon\n"
)


def marked(file):
    """Yield the English of every text marked in a module, whether it has words for the page, and its class."""
    tree = ast.parse(file.read_text("utf-8"))
    owners = {
        id(call): (owner.name, any(_target(one) == "page_template" for one in owner.body))
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for call in ast.walk(owner)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in {"_", "N_", "Plural", "ngettext"}:
            continue
        texts = [one.value for one in call.args[:2] if isinstance(one, ast.Constant)]
        two = call.func.id == "N_" and len(call.args) == 2
        two = two or any(keyword.arg == "page" for keyword in call.keywords)
        owner, has = owners.get(id(call), ("", False))
        yield texts, two or has, owner


def _target(node):
    return getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else ""


def test_every_text_has_words_for_the_page():
    """A text that speaks of a terminal, wherever the page can come to show it, has another one for the page."""
    lacking = []
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE).as_posix()
        if ELSEWHERE.match(place) or place == "options.py":
            continue
        lacking += [
            (place, text)
            for texts, has, owner in marked(file)
            for text in texts
            if TERMINAL.search(text) and not has and owner not in NEVER_HERE
        ]
    templates = {path.name: path.read_text("utf-8") for path in (PACKAGE / "web" / "templates").iterdir()}
    lacking += [(name, found) for name, text in templates.items() for found in TERMINAL.findall(shown(text))]
    assert [] == lacking


def test_words_for_the_page():
    """A text with words for the page gives these to those who read it there, in each language, and itself elsewhere."""
    one = N_("Not sent", N_("Not added"))
    many = Plural(
        "{file}: {count:,} line is not in UTF-8 like the rest of the file and was read as Windows-1252.", "", page=one
    )
    assert ("Not sent", "Not added") == (_(one), on_page(lambda: _(one)))
    assert "Not added" == on_page(lambda: translated(many, {"count": 1}))
    with speaking("fr"):
        assert "Non ajoutés" == on_page(lambda: _(one))


def on_page(say):
    """Return what is said to those who use the page."""
    with reading_page():
        return say()


class TestFiles:
    """The files of an import that began on the page."""

    SPOKEN: ClassVar = re.compile(rf"{TERMINAL.pattern}|\b[Tt]h(?:is|e) run\b|\bexécution\b|\b[Pp]ractice run")

    @pytest.mark.parametrize("language", some(["fr", "en"], by_day=["fr"]))
    def test_report_and_workbooks(self, tmp_path, language):
        """Neither report, workbooks nor summary speak of a terminal, after adding, comparing and undoing."""
        (tmp_path / "a.csv").write_text(EXPORT, encoding="utf-8")
        chosen = {"sandbox": True, "out": str(tmp_path / "run"), "max_rejects": "100%", "where": ("Ville=Lyon",)}
        with speaking(language), reading_page():
            result = run([tmp_path / "a.csv"], Context(Settings({**chosen, "format": "both"})))
            verify(result.folder, Context())
            undo(result.folder, Context(Settings({"reason": "mauvais fichier"})))
        with speaking(language):
            # What somebody does at a terminal later on is told in the report as the page tells it.
            verify(result.folder, Context())
        texts = {path.name: told_in(path.name, path.read_bytes()) for path in result.folder.iterdir()}
        assert {"report.html", "results.xlsx", "rejects.xlsx", "summary.json", "undo.csv"} <= texts.keys()
        told = {name: self.SPOKEN.findall(text) for name, text in texts.items() if name != "run.log"}
        assert {name: found for name, found in told.items() if found} == {}
        practice = {"en": "Practice: nothing reached SMS Partner.", "fr": "Essai : rien n’est parvenu à SMS Partner."}
        for name in ("report.html", "results.xlsx", "rejects.xlsx"):
            assert practice[language] in re.sub(r"[\u00a0\u202f]", " ", texts[name]), name


@EXHAUSTIVE
def test_every_page_of_an_import(program):
    """No page on the way of an import, nor any file of it, speaks of a terminal; practice is marked on all of them."""
    with serving(program, "--sandbox", "--lang", "fr") as served:
        seen = []

        def look(path):
            answer = served.client.get(path)
            seen.append((path, told_in(path if "/files/" in path else "page.html", answer.content)))

        served.enter()
        look("/")
        draft = served.draft(("a.csv", EXPORT.encode()), ("b.csv", b"Nom;Statut SMS;Mobile\nA;STOP;0600001001\n"))
        look(draft)
        served.post(f"{draft}/options", {"set": "accept_rejects", "accept_rejects": "1"})
        served.settled(draft)
        look(draft)
        way = served.send(draft)
        served.settled(way)
        look(way)
        served.post(f"{way}/verify")
        served.settled(way)
        served.post(f"{way}/undo", {"reason": "mauvais fichier"})
        served.asked(way)
        look(way)
        served.post(f"{way}/confirm")
        served.settled(way)
        for path in ("/", way, "/find?number=0600001001", "/find?number=abc", "/nothing"):
            look(path)
        folder = next((program.folder / "stopimport-runs").iterdir())
        for path in sorted(folder.iterdir()):
            if path.suffix in {".html", ".xlsx", ".csv", ".json"}:
                look(f"{way}/files/{path.name}")
    assert [] == [(path, found) for path, text in seen for found in TERMINAL.findall(text)]


def shown(markup):
    """Return the words of markup: its text, and the attributes that people read or hear."""
    visible = re.sub(r"<(script|style).*?</\1>|<!.*?>|\{#.*?#\}", " ", markup, flags=re.DOTALL)
    read = re.findall(r'\b(?:aria-label|title|alt|placeholder|data-[\w-]+)="([^"]*)"', visible)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", visible), *read]))


def told_in(name, content):
    """Return the words in one of our files."""
    if name.endswith(".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row if cell is not None)
    if name.endswith(".html"):
        return shown(content.decode())
    return content.decode("utf-8", "replace")
