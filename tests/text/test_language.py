"""What people read is in their language: the French catalogue is whole, and nothing is left out of it."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pickle
import typing
from gettext import GNUTranslations

import catalogue
import pytest

from stopimport.errors import BadOption, StopimportError
from stopimport.pipeline.errors import TooManyNumbers
from stopimport.runs.errors import FileUnwritable
from stopimport.text.language import Plural, Sentence, figures, fill, language_in_force, preferred_language, speaking

TRANSLATED = catalogue.catalogue()
SHOWN_BY = {
    "echo",
    "say",
    "warn",
    "notice",
    "prompt",
    "confirm",
    "confirmed",
    "title",
    "heading",
    "text",
    "note",
    "figure",
}
"""Functions whose first argument people read."""
SHOWN_IN = ("cli", "reporting", "pipeline", "nightly", "runs")


def test_no_text_is_left_out():
    """Every marked text and every help text has its French, with the same placeholders and a typographer's spaces."""
    assert [] == catalogue.faults(TRANSLATED)


def test_the_compiled_catalogue_is_current():
    """`python tests/catalogue.py` would compile the same texts."""
    with catalogue.MO.open("rb") as file:
        compiled = GNUTranslations(file)
    texts = [entry for entry in TRANSLATED if entry.id]
    assert [] == [entry.id for entry in texts if catalogue.compiled_forms(entry, compiled) != entry.string]


@pytest.mark.parametrize(
    ("written", "set_well"),
    [
        ("l'import", "l’import"),
        ("Quoi ?", "Quoi\u202f?"),
        ("Quoi?", "Quoi\u202f?"),
        ("ici ; là", "ici\u202f; là"),
        ("ici : là", "ici\u00a0: là"),
        ("« ici »", "«\u00a0ici\u00a0»"),
        ("{share:g} %", "{share:g}\u00a0%"),
        ("50 000 lignes", "50\u202f000 lignes"),
        ("https://x --where 'A!=B' a:b 06 12 34 56 78", "https://x --where 'A!=B' a:b 06 12 34 56 78"),
    ],
)
def test_french_typography(written, set_well):
    """The rules that the catalogue's texts keep; they leave well-set texts and code alone."""
    assert catalogue.typographic(written) == set_well
    assert catalogue.typographic(set_well) == set_well


def _bare_texts(tree):
    """Yield texts for people that are not marked: literals, or f-strings with words, where something is shown."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in SHOWN_BY:
            continue
        first = node.args[0]
        parts = first.values if isinstance(first, ast.JoinedStr) else [first]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words = part.value.removeprefix("stopimport: ")
                if any(sign.isalpha() for sign in words):
                    yield node.lineno, part.value


@pytest.mark.parametrize("part", SHOWN_IN)
def test_nothing_is_shown_without_a_mark(part):
    """No call that shows something to people has words in it that are not translated."""
    files = sorted((catalogue.PACKAGE / part).rglob("*.py"))
    found = {file.name: list(_bare_texts(ast.parse(file.read_text("utf-8")))) for file in files}
    assert files
    assert {} == {name: texts for name, texts in found.items() if texts}


def test_the_look_for_bare_texts_finds_them():
    """The check above sees literals and f-strings, and lets marked texts and the program's name pass."""
    module = "page.text('words'); echo(f'more {x}'); echo(_('told')); echo(f'stopimport: {error}')"
    assert [text for _line, text in _bare_texts(ast.parse(module))] == ["words", "more "]


for file in catalogue.PACKAGE.glob("*/errors.py"):
    importlib.import_module(f"stopimport.{file.parent.name}.errors")


def _children(kind):
    return [kind, *(below for child in kind.__subclasses__() for below in _children(child))]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", _children(StopimportError), ids=lambda kind: kind.__name__)
def test_every_error_can_be_told(kind, language):
    """Each error makes a sentence of its facts in both languages, with all of them in it."""
    types = typing.get_type_hints(kind)
    facts = {field.name: 1204 if types[field.name] is int else "x7x" for field in dataclasses.fields(kind)}
    with speaking(language):
        error = kind(**facts)
        told, on_page = str(error), error.on_page()
    assert "{" not in told + on_page
    assert bool(kind.template) == bool(told) == bool(on_page)


@pytest.mark.parametrize("kind", _children(StopimportError), ids=lambda kind: kind.__name__)
def test_every_error_survives_its_way_through_another_process(kind):
    """A reading process raises it, its parent raises it again: with the facts and the sentence that it had."""
    facts = [7 if field.type == "int" else "x7x" for field in dataclasses.fields(kind)]
    error = kind(*facts)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in the line above
    assert type(again) is kind
    assert dataclasses.astuple(again) == dataclasses.astuple(error)
    assert str(again) == str(error)


def test_french_errors_are_french():
    """The sentence, the words in it and the figures are in the language in force when it is read."""
    error = BadOption("--rate", "0", "a whole number of at least 1, such as 10/s or 30/min")
    full = FileUnwritable("r/results.csv", "No space left on device")
    many = TooManyNumbers(12345, 1204)
    with speaking("fr"):
        assert str(error) == (
            "--rate ne peut pas valoir «\u00a00\u00a0». "
            "Valeur attendue\u00a0: un nombre entier d’au moins 1, tel que 10/s ou 30/min."
        )
        assert "il n’y a plus de place sur le disque" in str(full)
        assert "12\u202f345 numéros" in str(many)
    assert "12,345 numbers" in str(many)


def test_figures_in_both_languages():
    """French sets a narrow no-break space, a comma, and a space before the per cent."""
    facts = {"count": 1204, "share": 0.125, "name": "a,b.c", "ready": "1,204"}
    template = "{count:,} {share:.1%} {name} {ready:,}"
    assert fill(template, facts) == "1,204 12.5% a,b.c 1,204"
    with speaking("fr"):
        assert fill(template, facts) == "1\u202f204 12,5\u00a0% a,b.c 1,204"
        assert figures("-1,234.5") == "-1\u202f234,5"


RAGGED = Plural(
    "{place}: {count:,} row has too few or too many cells.", "{place}: {count:,} rows have too few or too many cells."
)


def test_a_sentence_is_told_in_the_language_of_its_reader():
    """It is made anew for each reader, sentences within it too."""
    place = Sentence("{file}, sheet '{sheet}'", file="a.xlsx", sheet="Mars")
    told = Sentence(RAGGED, place=place, count=2)
    assert str(told) == "a.xlsx, sheet 'Mars': 2 rows have too few or too many cells."
    with speaking("fr"):
        assert str(told) == "a.xlsx, feuille «\u00a0Mars\u00a0»\u00a0: 2 lignes ont trop ou trop peu de cellules."


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 0, "0 rows have"),
        ("en", 1, "1 row has"),
        ("en", 2, "2 rows have"),
        ("fr", 0, "0 ligne a"),
        ("fr", 1, "1 ligne a"),
        ("fr", 2, "2 lignes ont"),
        ("fr", 1204, "1\u202f204 lignes ont"),
    ],
)
def test_a_count_decides_between_singular_and_plural(language, count, words):
    """English has its plural for 0, French has its singular."""
    with speaking(language):
        assert f" {words} " in str(Sentence(RAGGED, place="a.csv", count=count))


def test_the_empty_text_stays_empty():
    """A term without a remedy says nothing, not the catalogue's header."""
    with speaking("fr"):
        assert str(Sentence("")) == ""


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "French_France.1252"}, "fr"),
        ({"LANG": "fr_CA@euro"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fur_IT.UTF-8"}, "en"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LC_MESSAGES": "fr_FR", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "en_US", "LANGUAGE": "fr"}, "fr"),
        ({"LANG": "fr_FR", "LANGUAGE": "en:fr"}, "en"),
        ({"LANG": "fr_FR", "LANGUAGE": "de:fr:en"}, "fr"),
        ({"LANG": "fr_FR", "LANGUAGE": "de"}, "fr"),
        ({"LANG": "POSIX"}, "en"),
    ],
)
def test_the_language_of_the_environment(variables, language):
    """LC_ALL, LC_MESSAGES, LANG in this order; LANGUAGE goes before them unless they ask for no language at all."""
    assert preferred_language(variables) == language


def test_a_language_ends_with_its_block():
    """What is outside is told as before, whatever happens inside."""
    with speaking("fr"):
        with pytest.raises(KeyError), speaking("en"):
            raise KeyError
        assert language_in_force() == "fr"
    assert language_in_force() == "en"
