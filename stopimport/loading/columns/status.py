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

from stopimport.loading.columns.words import fold
from stopimport.loading.errors import StillSubscribed
from stopimport.loading.row_filters import listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.loading.table import Table

    _Sides: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]

SAMPLE = 2000
MOST_VALUES = 40
"""A column with more different values is no status."""

_NOT = r"(?:non|not|no|nicht|nein|pas|plus|never)"
_IN_WORDS = (
    r"abonnee?s?|reabonnee?s?|abonnements?|inscrite?s?|inscriptions?|subscribed?|subscribers?|subscriptions?|"
    r"resubscribed|opt(?:ed)?[ _-]?ins?|(?:double|single|sms|soft) ?opt[ _-]?in|angemeldet|abonniert|"
    r"abonnent(?:in)?|eingetragen|suscrit[oa]s?|subscrit[oa]s?|iscritt[oaie]|abbonat[oaie]"
)
_OUT_WORDS = (
    r"desabonnee?s?|desabonnements?|desinscrite?s?|desinscriptions?|desinscrire|desabonner|unsubscribed?|"
    r"unsubscribes|unsub|opt(?:ed)?[ _-]?outs?|abgemeldet|abmeldung|abbestellt|ausgetragen|dad[oa] de baja|de baja|"
    r"baja|desuscrit[oa]s?|disiscritt[oaie]|cancellat[oaie]|stop|stop ?sms|sms ?stop|blacklist(?:ed|ee?)?|"
    r"blackliste|liste noire|ne plus contacter|do not (?:contact|text|sms)|dnd|revoked|widerrufen|revocat[oa]|"
    rf"revocad[oa]|revoquee?|{_NOT}[ -]?(?:{_IN_WORDS})"
)
_IN_VALUE = re.compile(rf"(?:sms )?(?:{_IN_WORDS})(?: (?:aux? )?sms)?")
_OUT_VALUE = re.compile(rf"(?:sms |a )?(?:{_OUT_WORDS})(?: (?:aux? )?sms)?")
_GENDER = re.compile(r"\((?:e|s|es|a|o|in)\)|[·.](?:e|s|es)\b")
"""What is written behind a word to mean both sexes or several people: `abonné(e)`."""
_LEGEND = re.compile(r"\b(?P<sign>\w{1,5}) ?[=:] ?(?P<word>[^\W\d_][\w -]*)")
_LEGEND_BEHIND = re.compile(r"(?P<word>[^\W\d_][\w -]*?) ?[(=:] ?(?P<sign>\w)\b")
"""What a header says about its signs: `Statut (1=abonné, 0=désabonné)`, `abonné (1) / désabonné (0)`."""

_YES = re.compile(
    r"oui|yes|ja|si|y|o|j|s|1|true|vrai|wahr|verdadero|vero|x|ok|on|in|accepte?e?s?|accorde?e?|granted|given|consenti|"
    r"erteilt|dado|concesso|aceptado|accettato|actife?s?|active|activated|aktiv|activ[oa]|attiv[oa]|alta|enabled"
)
_NO = re.compile(
    r"non|no|nein|n|0|false|faux|falsch|falso|off|out|ko|refuse?e?s?|denied|declined|abgelehnt|rechazado|rifiutato|"
    r"retire|withdrawn|inactife?s?|inactive|inaktiv|inactiv[oa]|inattiv[oa]|resilie?e?|annulee?|cancell?ed|"
    r"cancelad[oa]|annullat[oa]|gekundigt|disabled"
)
_IN_HEADER = re.compile(
    r"\b(?:opt ?ins?|consent\w*|consens\w*|\w*einwilligung|zustimmung|abonnee?s?|abonnements?|abonniert|inscrite?s?|"
    r"inscription|subscribed|subscriptions?|subscribers?|accepts?|accepte|acceptation|acepta|accetta|agree[ds]?|"
    r"autoris\w+|autoriz\w+|accord|permissions?|(?:recevoir|receives?) (?:\w+ )?sms|angemeldet|suscrit[oa]s?|"
    r"suscripcion|iscritt[oa]|iscrizione|abbonat[oa])\b|^sms$|^sms (?:marketing|werbung)$|^marketing sms$"
)
_OUT_HEADER = re.compile(
    r"\b(?:opt ?outs?|opted ?out|desabonn\w+|desinscri\w+|unsub\w*|abgemeldet|abmeldung|abbestell\w+|austragung|"
    r"widerspruch|widerruf\w*|baja|disiscri\w+|desuscri\w+|stop|stop ?sms|blacklist\w*|liste? (?:noire|negra|nera)|"
    r"lista (?:negra|nera)|sperrliste|do not (?:contact|text|sms)|dnd|ne (?:plus|pas) contacter|no contactar|"
    r"nicht kontaktieren|non contattare|refus|opposition|opposee?|retractation)\b"
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
    """Return what a column says of the `rows` (a mask; None: all), or None if it is not a status of a subscription."""
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
    folded = _spelled_out(counts, table.headers[index])
    subscribed, gone = _sorted_by_meaning(folded, header)
    if not subscribed:
        return None if not gone else Said(table.labels[index], bool(_OF_SMS.search(header)), counts, (), gone)
    return Said(table.labels[index], bool(_OF_SMS.search(header)), counts, subscribed, gone)


def _spelled_out(values: Iterable[str], header: str) -> dict[str, str]:
    """Return the values folded, in the words of the header's legend where it has one for them."""
    legend: dict[str, str] = {}
    for pattern in (_LEGEND, _LEGEND_BEHIND):
        for found in pattern.finditer(fold(header)):
            word = found["word"].strip()
            if _IN_VALUE.fullmatch(word) or _OUT_VALUE.fullmatch(word):
                legend.setdefault(found["sign"], word)
    folded = {value: _GENDER.sub("", fold(value)) for value in values}
    return {value: legend.get(plain, plain) for value, plain in folded.items()}


def _sorted_by_meaning(folded: dict[str, str], header: str) -> _Sides:
    """Return the values that mean subscribed, and those that mean unsubscribed."""
    gone = _fitting(folded, _OUT_VALUE)
    subscribed = tuple(value for value in _fitting(folded, _IN_VALUE) if value not in gone)
    asks_out, asks_in = bool(_OUT_HEADER.search(header)), bool(_IN_HEADER.search(header))
    if subscribed:
        # 'Abonné' alone may be a sort of customer; beside 'Désabonné', or as a status, it is meant.
        telling = gone or asks_in or asks_out or _STATUS_HEADER.search(header)
        return (subscribed, gone) if telling else ((), ())
    if _DETAIL.search(header):
        return (), gone
    if asks_in != asks_out:
        return _answers(folded, gone, asks_in=asks_in)
    # Beside 'Désabonné' or 'STOP', words such as 'actif' and 'ok' say who did not leave.
    active = tuple(value for value in _fitting(folded, _YES) if len(folded[value]) > 1)
    return (active, gone) if gone else ((), ())


def _answers(folded: dict[str, str], gone: tuple[str, ...], *, asks_in: bool) -> _Sides:
    """Sort yes and no under a header that asks whether somebody subscribed, or else unsubscribed."""
    yes, no = _fitting(folded, _YES), _fitting(folded, _NO)
    blank = tuple(value for value, plain in folded.items() if not plain)
    if not gone and len(yes) + len(no) + len(blank) < len(folded):
        return (), ()
    if asks_in:
        return yes, (*gone, *no)
    # A mark at those who left, and nothing at the others.
    return (no or blank, (*gone, *yes)) if gone or yes or no else ((), ())


def _fitting(folded: dict[str, str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(value for value, plain in folded.items() if pattern.fullmatch(plain))


def _option(found: Said) -> str:
    """Write the `--where` that keeps only those who unsubscribed."""
    sign, values = ("=", found.gone) if found.gone else ("!=", found.subscribed)
    plain = dict.fromkeys(" ".join(value.split()) for value in values)
    return f'--where "{found.label}{sign}{"|".join(plain)}"'
