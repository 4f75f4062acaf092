"""Headers that ask who left or who is on the list, in every style that programs and people write them in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from effort import some

from stopimport.loading.columns.status_answers import judged

DATA = Path(__file__).parents[1] / "data" / "status"
LINES = (DATA / "headers.txt").read_text("utf-8").splitlines()
ORDINARY = (DATA / "ordinary.txt").read_text("utf-8").splitlines()
OUT = [line for line in LINES if line and line[0] not in "+#"]
IN = [line.removeprefix("+ ") for line in LINES if line.startswith("+ ")]
ANSWERS = [
    *(("oui", "non"), ("OUI", "NON"), ("O", "N"), ("yes", "no"), ("Y", "N"), ("true", "false"), ("TRUE", "FALSE")),
    *(
        ("1", "0"),
        ("1.0", "0.0"),
        ("ja", "nein"),
        ("J", "N"),
        ("sí", "no"),
        ("S", "N"),
        ("sì", "no"),
        ("vero", "falso"),
    ),
    *(("VRAI", "FAUX"), ("WAHR", "FALSCH"), ("on", "off"), ("✓", "✗"), ("☑", "☐"), ("✅", "❌"), ("x", "")),
]


def bare(text):
    """Return a text without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def joined(text, sign=""):
    """Return the words of a text in small letters, joined by a sign."""
    return sign.join(re.findall(r"\w+", bare(text))).lower()


def pascal(text):
    """Return a text as classes are named."""
    return "".join(word.capitalize() for word in re.findall(r"\w+", bare(text)))


STYLES = {
    "as it is": str,
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "without accents": bare,
    "snake": lambda text: joined(text, "_"),
    "screaming": lambda text: joined(text, "_").upper(),
    "kebab": lambda text: joined(text, "-"),
    "dots": lambda text: joined(text, "."),
    "camel": lambda text: pascal(text)[0].lower() + pascal(text)[1:],
    "pascal": pascal,
    "joined": joined,
    "JOINED": lambda text: joined(text).upper(),
    "contact.": lambda text: f"contact.{joined(text, '_')}",
    "custom field": lambda text: f"custom_field:{joined(text, '_')}",
    "attributes": lambda text: f"attributes[{joined(text, '_')}]",
    "mobile": lambda text: f"[Mobile] {text}",
    "is": lambda text: f"is_{joined(text, '_')}",
    "flag": lambda text: f"{joined(text, '_')}_flag",
    "own field": lambda text: f"{joined(text, '_')}__c",
    "client": lambda text: f"Client - {text}",
    "question": lambda text: f"{text} ?",
    "oui/non": lambda text: f"{text} (oui/non)",
    "O/N": lambda text: f"{text} (O/N)",
    "yes/no": lambda text: f"{text} [yes/no]",
    "legend": lambda text: f"{text} (1 = oui, 0 = non)",
    "star": lambda text: f"{text}*",
    "lines": lambda text: text.replace(" ", "\n", 1),
    "no-break": lambda text: text.replace(" ", "\u00a0"),
    "emoji": lambda text: f"📱 {text}",
}


def sides(header, yes, no):
    """Return which answers are of those who are gone, and which of those who are subscribed."""
    found = judged(Counter([yes, no]), header)
    return found.gone, found.subscribed


@pytest.mark.parametrize(("yes", "no"), some(ANSWERS, by_day=3))
def test_headers_are_understood_in_any_style(yes, no):
    """Yes to who left is gone, and no to who is on the list; an empty cell is an answer only to the former."""
    gone = (no,) if no else ()
    out = [written(header) for header in OUT for written in STYLES.values()]
    into = [written(header) for header in IN for written in STYLES.values()]
    assert [header for header in out if sides(header, yes, no) != ((yes,), (no,))] == []
    assert [header for header in into if sides(header, yes, no) != (gone, (yes,))] == []


@pytest.mark.parametrize(("yes", "no"), [("Oui", "Non"), ("1", "0"), ("x", "")])
def test_other_headers_of_customers_and_orders_ask_nothing(yes, no):
    """Hundreds of questions that shops and clubs answer with yes and no, and that are none of ours."""
    assert [header for header in ORDINARY if sides(header, yes, no)[1]] == []


def test_there_are_headers_of_all_kinds():
    """A file that cannot be read would prove nothing."""
    assert min(len(OUT), len(IN)) > 55
    assert len(ORDINARY) > 300
