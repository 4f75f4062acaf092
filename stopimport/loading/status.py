"""The guard on status columns: does a column say that some of the people are still subscribed?

Words decide, in French, English, German, Spanish and Italian: values that speak for themselves (`Abonné`,
`unsubscribed`), or yes and no under a header that says what is answered (`SMS opt-out`). A column of other words, such
as a delivery status, says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.errors import StillSubscribed
from stopimport.loading.rows import listed_values
from stopimport.loading.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.loading.table import Table

SAMPLE = 2000
MOST_VALUES = 40
"""A column with more different values is no status."""

_NOT = r"(?:non|not|no|nicht|nein|pas|plus|never)"
_IN_WORDS = (
    r"abonnee?s?|reabonnee?s?|inscrite?s?|subscribed?|subscribers?|resubscribed|opt(?:ed)?[ _-]?ins?|"
    r"(?:double|single|sms|soft) ?opt[ _-]?in|angemeldet|abonniert|abonnent(?:in)?|eingetragen|suscrit[oa]s?|"
    r"subscrit[oa]s?|iscritt[oaie]|abbonat[oaie]"
)
_OUT_WORDS = (
    r"desabonnee?s?|desabonnements?|desinscrite?s?|desinscriptions?|unsubscribed?|unsubscribes|unsub|"
    r"opt(?:ed)?[ _-]?outs?|abgemeldet|abbestellt|ausgetragen|dad[oa] de baja|de baja|baja|desuscrit[oa]s?|"
    r"disiscritt[oaie]|cancellat[oaie]|stop|stop ?sms|sms ?stop|blacklist(?:ed|ee?)?|blackliste|liste noire|"
    r"ne plus contacter|do not (?:contact|text|sms)|dnd|revoked|widerrufen|revocat[oa]|revocad[oa]|"
    rf"{_NOT}[ -]?(?:{_IN_WORDS})"
)
_IN_VALUE = re.compile(_IN_WORDS)
_OUT_VALUE = re.compile(_OUT_WORDS)

_YES = re.compile(
    r"oui|yes|ja|si|y|o|j|s|1|true|vrai|wahr|verdadero|vero|x|ok|on|in|accepte?e?s?|accorde?e?|granted|given|consenti|"
    r"erteilt|dado|concesso|aceptado|accettato|actife?s?|active|aktiv|activ[oa]|attiv[oa]"
)
_NO = re.compile(
    r"non|no|nein|n|0|false|faux|falsch|falso|off|out|ko|refuse?e?s?|denied|declined|abgelehnt|rechazado|rifiutato|"
    r"retire|withdrawn|inactife?s?|inactive|inaktiv|inactiv[oa]|inattiv[oa]|resilie?e?"
)
_IN_HEADER = re.compile(
    r"\b(?:opt ?ins?|consent\w*|consens\w*|einwilligung|zustimmung|abonnee?s?|abonnements?|inscrite?s?|inscription|"
    r"subscribed|subscriptions?|subscribers?|accepts?|accepte|acceptation|agree[ds]?|autoris\w+|angemeldet|"
    r"suscrit[oa]s?|suscripcion|iscritt[oa]|iscrizione|abbonat[oa])\b"
)
_OUT_HEADER = re.compile(
    r"\b(?:opt ?outs?|opted ?out|desabonn\w+|desinscri\w+|unsub\w*|abgemeldet|abmeldung|baja|disiscri\w+|desuscri\w+|"
    r"stop|stop ?sms|blacklist\w*|liste noire|do not (?:contact|text|sms)|dnd)\b"
)
_STATUS_HEADER = re.compile(
    r"\b(?:stat[ui]s?|state|stato|estado|etat|zustand|newsletter|marketing|sms|opt|abo|optin ?status)\b|^stat"
)
_OTHER_CHANNEL = re.compile(
    r"\b(?:e ?mails?|mails?|mailings?|courriels?|newsletters?|push|correo|posta|courrier|fax|appels?)\b"
)
_OF_SMS = re.compile(r"\b(?:sms|mobile?|texto?|gsm|handy|movil|cellulare|portable)\b")
_DETAIL = re.compile(
    r"\b(?:dates?|datum|fecha|data|motif|reason|raison|canal|channel|source|origine|heure|time|id|ip|url|par|by)\b"
)
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


@dataclass(frozen=True, slots=True)
class Said:
    """What one column says about the rows that are imported."""

    label: str
    of_sms: bool
    counts: Counter[str]
    subscribed: tuple[str, ...]
    """Values of people who are still subscribed."""
    gone: tuple[str, ...]
    """Values of people who unsubscribed."""


def still_subscribed(table: Table, phones: Iterable[int], kept: NDArray[np.bool_]) -> list[StillSubscribed]:
    """Return a guard for each column of `table` by which some of the `kept` rows are still subscribed.

    Where a column speaks of SMS, those that do not are left alone. `phones` are the phone columns.
    """
    if table.own is not None or not kept.any():
        return []
    rows = None if kept.all() else pa.array(kept)
    columns = [index for index in range(len(table.headers)) if index not in set(phones)]
    said = [found for index in columns if (found := said_by(table, index, rows)) is not None]
    if any(found.of_sms for found in said):
        said = [found for found in said if found.of_sms]
    return [
        StillSubscribed(
            table.place, found.label, listed_values(found.counts), _option(found), dict(found.counts), found.subscribed
        )
        for found in said
        if found.subscribed
    ]


def said_by(table: Table, index: int, rows: pa.Array | None = None) -> Said | None:
    """Return what a column says of the `rows` (a mask; None: all), or None if it is no status of a subscription."""
    header = fold(re.sub(r"[^\w]+|_", " ", _CAMEL.sub(" ", table.headers[index])))
    if _OTHER_CHANNEL.search(header) and not _OF_SMS.search(header):
        return None
    cells = table.column(index)
    if len(pc.unique(cells.slice(0, SAMPLE))) > MOST_VALUES:
        return None
    found = pc.value_counts(cells if rows is None else cells.filter(rows)).to_pylist()
    if len(found) > MOST_VALUES:
        return None
    counts = Counter({item["values"]: item["counts"] for item in found})
    subscribed, gone = _sorted_by_meaning(counts, header)
    if not subscribed:
        return None if not gone else Said(table.labels[index], bool(_OF_SMS.search(header)), counts, (), gone)
    return Said(table.labels[index], bool(_OF_SMS.search(header)), counts, subscribed, gone)


def _sorted_by_meaning(counts: Counter[str], header: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the values that mean subscribed, and those that mean unsubscribed."""
    folded = {value: fold(value) for value in counts}
    gone = tuple(value for value, plain in folded.items() if _OUT_VALUE.fullmatch(plain))
    subscribed = tuple(
        value for value, plain in folded.items() if _IN_VALUE.fullmatch(plain) and not _OUT_VALUE.fullmatch(plain)
    )
    asks_out, asks_in = bool(_OUT_HEADER.search(header)), bool(_IN_HEADER.search(header))
    if subscribed:
        # 'Abonné' alone may be a sort of customer; beside 'Désabonné', or as a status, it is meant.
        telling = gone or asks_in or asks_out or _STATUS_HEADER.search(header)
        return (subscribed, gone) if telling else ((), ())
    if gone or _DETAIL.search(header) or asks_in == asks_out:
        return (), gone
    yes = tuple(value for value, plain in folded.items() if _YES.fullmatch(plain))
    no = tuple(value for value, plain in folded.items() if _NO.fullmatch(plain))
    blank = tuple(value for value, plain in folded.items() if not plain)
    if len(yes) + len(no) + len(blank) < len(folded):
        return (), ()
    if asks_in:
        return yes, no
    # A mark at those who left, and nothing at the others.
    return (no or blank, yes) if yes or no else ((), ())


def _option(found: Said) -> str:
    """Write the `--where` that keeps only those who unsubscribed."""
    sign, values = ("=", found.gone) if found.gone else ("!=", found.subscribed)
    plain = dict.fromkeys(" ".join(value.split()) for value in values)
    return f'--where "{found.label}{sign}{"|".join(plain)}"'
