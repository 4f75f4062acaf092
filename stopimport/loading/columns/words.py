"""The words of headers in French, English, German, Spanish and Italian: which columns speak of phone numbers.

Words only give a claim to a column; its content decides (see `columns`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

LONGEST_HEADER = 200
"""Characters of a text that may head a column."""
_LONGEST_NAME = 1000
"""Longer texts are compared with their accents: taking these apart may take as long as their number squared."""
_LONGEST_WRITING = 100
"""Characters of a text that may be one phone number."""
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"[a-z]+|\d+")

_MOBILE = re.compile(
    r"mobil|mobil(?:e|es|i|er|nr|no|num|nummer|nummern|number|numbers|numero|tel|telefon|telefone|telefonnummer|"
    r"telefonnummern|telephone|funk|funknummer|rufnummer|phone|phones)|"
    r"(?:num|no|nr|n|tel|phone|telephone|telefon|telefono|numero)(?:mob|mobil|mobile|port|portable|gsm|movil|handy|cell)|"
    r"portables?|portabel|portatile|gsm(?:nr|no|nummer)?|handy(?:s|nr|no|nummer|nummern)?|cells?|cellphones?|"
    r"cellulaires?|cellulare|cellulari|cellular|celular|celulares|cellnumber|movil|moviles|smartphone|telefonino|"
    r"natel|msisdns?|whatsapp|telemovel"
)
_PHONE = re.compile(
    r"(?:n|no|nr|num|numero|numeros)?tels?(?:no|nr|num|nbr|nummer)?|telf|tlf|tlfn|tlfno|tfno|tph|fon|fono|fernsprecher|"
    r"(?:n|no|nr|num|numero|customer|contact|user|client)?(?:tele)?phones?(?:no|nr|num|number|numbers|numero|value)?|"
    r"telephonique|telephoniques|telefon|telefone|telefoni|telefono|telefonos|telefonica|telefonico|"
    r"telefon(?:nr|no|nummer|nummern|number)|rufnr|rufnummern?"
)
_ONLY_WITH_PHONE = {"port", "mob", "ptb"}
"""Short for mobile beside a phone word (`Tél. port.`), something else without one."""
_WORDS_FOR_NUMBER = frozenset({"n", "no", "nr", "num", "numero", "numeros", "number", "numbers", "nummer"})
"""With one of them `SMS` and `port.` speak of phone numbers; alone they say nothing."""
_MOBILE_ALONE = re.compile(r"mob|ptb")
_LANDLINE_ALONE = re.compile(r"landlines?|fixnet|festnetz(?:nr|nummer)?|(?:tel|num|no|phone)?fixes?|fijos?|fiss[oi]")
_LANDLINE = re.compile(
    r"landlines?|fixnet|festnetz\w*|(?:tel|num|no|phone)?fixes?|fixed|fijos?|fiss[oi]|domicile|dom|maison|home|casa|hogar|domicilio|"
    r"abitazione|bureau|office|work|travail|ufficio|lavoro|oficina|trabajo|buro|arbeit|standard|business|pro|"
    r"professionnel|profesional|professionale|geschaftlich|dienstlich|entreprise|societe|company|siege"
)
_FAX = re.compile(
    r"(?:tele)?fax(?:e|es|nr|no|num|nummer|number|numero)?|telecopies?|telecopieur|telekopie|telekopierer|fernkopien?|"
    r"fernkopierer"
)
_ABOUT = re.compile(
    # When, what sort, where …
    r"dates?|datum|fecha|data|heure|hour|hora|ora|time|uhrzeit|timestamp|jour|day|types?|typ|tipo|labels?|libelle|"
    r"pays|country|land|pais|paese|codes?|indicatif|prefix|prefixe|vorwahl|prefijo|prefisso|extension|ext|poste|"
    # … with what consent and result …
    r"opt|optin|optout|optins|optouts|in|out|consent\w*|consens\w*|einwilligung|zustimmung|accord|autoris\w*|accepte?s?|"
    r"stat\w*|etat|estado|zustand|valid\w*|verif\w*|abonn\w*|desabonn\w*|desinscri\w*|inscri\w*|subscri\w*|unsub\w*|"
    r"abgemeldet|angemeldet|baja|suscrit\w*|iscritt\w*|disiscritt\w*|newsletter|marketing|stop|blacklist\w*|"
    # … from what device or message, or a count or a price of something.
    r"nb|nombre|count|anzahl|cantidad|total|operateur|operator|operador|operatore|carrier|provider|network|reseau|"
    r"marque|brand|marke|marca|modele|model|modell|modelo|os|app|apps|application|version|price|prix|preis|precio|"
    r"message|messages|text|texte|contenu|content|nachricht|mensaje|messaggio|campagne|campaign|kampagne|envoi|envois|"
    r"envoyes?|sent|gesendet|enviado|inviato|recus?|received|lus?|read|livres?|delivered|erreurs?|error|fehler|motif|"
    r"reason|ids?|uuid|pref|prefs|prefere|preference|preferred|hash|md|sha|format|source|origine|origin|canal|channel|"
    r"comments?|commentaires?|comentarios?|commento|commenti|kommentare?|notes?|notiz(?:en)?|notas?|remarques?|observations?|"
    r"observacion(?:es)?|osservazioni|bemerkung(?:en)?|anmerkung(?:en)?|hinweise?|"
    r"url|link|lien|device|appareil|score|flag|is|has|last|dernier|user|agent"
)
_GENERAL = re.compile(
    r"noms?|names?|prenoms?|firstname|lastname|surname|fullname|vorname|nachname|nombres?|apellidos?|cognome|nome|"
    r"emails?|mails?|courriel|correo|ville|city|stadt|ort|ciudad|citta|comune|adress\w*|address\w*|direccion|"
    r"indirizzo|cp|zip|postal|plz|postleitzahl|cap|postcode|clients?|customers?|kunden?|kundennummer|clientes?|"
    r"cliente|refs?|references?|civilite|anrede|salutation|titre|title|tratamiento|societe|company|firma|empresa|"
    r"azienda|groupe|group|segment|langue|language|sprache|idioma|lingua|naissance|birthday|created|updated|"
    r"numeros?|numbers?|nummer|contacts?|kontakt|contacto|contatto|destinataires?|recipients?|empfanger|magasin|"
    r"boutique|store|shop|commande|order|montant|amount|age|sexe|gender|genre|rue|street|strasse|departement|region|sms|qui|wer|who|quien|chi"
)
_SMALL = re.compile(
    r"n|no|nr|num|numeros?|lignes?|numbers?|nummer|de|du|des|d|l|la|le|les|el|il|di|der|die|das|the|of|your|votre|a|et|or|ou|"
    r"und|and|y|e|h|m|principal|main|perso|personnel|personal|privat|prive|private|clients?|customer|contact|value|"
    r"liste?|listado|lista|port|mob|ptb|sms"
)
_PLACEHOLDER = re.compile(
    r"-+|\.+|\?+|x+|/|n\s?/\s?a|na|n\.?c\.?|nr|neant|aucune?|none|null|nil|nan|vide|inconnue?|unknown|sans|rien|pas|keine?s?|"
    r"nessuno|ninguno|sin|tbd|idem|ditto|n\s?/?\s?d|#.*|\\n|\w{3,7}\s?:\s?5\d\d|=.*|0+|[-.*#_?x\u2022\u25cf\u2026 ]+|"
    r"(?:non|not|pas|nicht|keine?|no)\s(?:communiqu\w+|renseign\w+|fourni\w*|dispo\w*|connue?s?|transmis\w*|indiqu\w+|precis\w+|"
    r"provided|given|available|known|set|specified|angegeben|bekannt|vorhanden|angaben?|facilitado)|"
    # `no phone` may be a header, for N° is written so.
    r"(?:pas\sde|sans|kein\w*|ohne|sin|senza|nessun\w*)\s(?:portables?|mobiles?|tel\w*|phones?|numeros?|gsm|handy|movil\w*)"
)
"""Also formulas that were never calculated, and their zeros."""
_MASKED = re.compile(
    r"(?=.*\d)[\d\s().+/\-\u2013\u2014_'\u2019,*x\u2022\u25cf\u25a0\u25a1\u2588\u2026?#%\[\]]{6,}", re.IGNORECASE
)
"""A number of which signs stand in place of some digits."""
_SHORT = re.compile(r"\s*\d{3,5}\s*")
_SUMMARY = re.compile(
    r"(?:(?:sous|sub|grand)[ -]?)?tota(?:l|le|les|ux|li)\b|(?:zwischen)?summe\b|(?:somme|suma|somma)\b|(?:ins)?gesamt\b"
)
_PHONE_LIKE = re.compile(r"""[='"(+\s]*+\d[\d\s().+/\-–—_'"’]*+(?:,0++)?["'\s]*+|\d[.,]\d+E\+?\d+""", re.IGNORECASE)
_EXPONENT = re.compile(r"[\d.,]++E[+\-]?\d++", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"[\W_]*+(?:[a-z]{3,8}:)?[\W_]*+\d", re.IGNORECASE)
_LABELLED = re.compile(r"\W*+[^\W\d_]++\s*+:\s")
"""`Contact: 06 …`: words for people, where a scheme (`tel:06…`) stands right before its number."""
_EXAMPLE = re.compile(r"\b(?:ex|exemple|example|e\.? ?g|formate?|formato|beispiel|z\.? ?b|ejemplo|p\.? ?ej|esempio)\b")
_ANY_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{4}-\d\d-\d\d)(?!\d)"
)
_DATE = re.compile(r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2})(?:[\sT].*)?")


class ColumnKind(IntEnum):
    """What a header says about its column; a higher one beats a lower one."""

    FAX = -1
    NONE = 0
    LANDLINE = 1
    PHONE = 2
    MOBILE = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words of one header say."""

    kind: ColumnKind
    about: bool = False
    """Whether the header rather names a fact about the number: a date, a consent, a country."""
    words: int = 0
    """Words known here among the header's words."""
    pure: bool = False
    """Whether there are no other words, so that this can hardly be a title line."""
    sms: bool = False
    """Whether it names SMS and no fact about them: over phone numbers, these are for SMS."""


def fold(text: str) -> str:
    """Return `text` as names are compared: without case, accents, outer and repeated blanks, invisible characters."""
    if text.isascii() or len(text) > _LONGEST_NAME:
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("°", "o "))
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign) not in {"Mn", "Cf"})
    return " ".join(plain.casefold().split())


def split_words(header: str) -> str:
    """Return a header folded, with its words apart, whatever it joins them with: `SMS_optOut` is `sms opt out`."""
    return fold(re.sub(r"[\W_]+", " ", _CAMEL.sub(" ", header)))


@lru_cache(maxsize=4096)
def read_header(header: str) -> Claim:
    """Say what `header` claims about its column; a long text claims nothing."""
    if len(header) > LONGEST_HEADER:
        return Claim(ColumnKind.NONE)
    claim = _claim(_CAMEL.sub(" ", header))
    if claim.kind is ColumnKind.NONE:
        # A name such as WhatsApp is one word.
        whole = _claim(header)
        return whole if whole.kind > ColumnKind.NONE else claim
    return claim


def _claim(text: str) -> Claim:
    tokens = _TOKEN.findall(fold(text))
    words = [token for token in tokens if not token.isdigit()]
    if any(_FAX.fullmatch(word) for word in words):
        return Claim(ColumnKind.FAX, words=1)
    about = any(_ABOUT.fullmatch(word) for word in words)
    known = [word for word in words if _is_phone_word(word) or _LANDLINE.fullmatch(word)]
    pure = all(word in known or _SMALL.fullmatch(word) for word in words)
    others = sum(bool(_GENERAL.fullmatch(word) or _ABOUT.fullmatch(word)) for word in words)
    return Claim(_kind(words, pure=pure), about, len(known) + others, pure, "sms" in words and not about)


def is_placeholder(text: str) -> bool:
    """Whether people write `text` where they have no number."""
    return _PLACEHOLDER.fullmatch(fold(text)) is not None


def is_summary(text: str) -> bool:
    """Whether `text` begins a line that sums up the rows above it."""
    return len(text) <= LONGEST_HEADER and _SUMMARY.match(fold(text)) is not None


def is_example(text: str) -> bool:
    """Whether the number in `text` only shows how one is written: `Mobile (ex. : 06 12 34 56 78)`."""
    text = fold(text)
    return (
        len(text) <= LONGEST_HEADER
        and _EXAMPLE.search(text) is not None
        and _NUMBER_FIRST.match(text) is None
        and read_header(text).kind > ColumnKind.NONE
    )


def looks_like_phone(text: str) -> bool:
    """Whether all of `text` is written as a phone number is: enough digits and nothing but separators, and no date."""
    text = text.strip()
    return (
        len(text) <= _LONGEST_WRITING
        and sum(map(str.isdigit, text)) >= 8
        and _PHONE_LIKE.fullmatch(text) is not None
        and _DATE.fullmatch(text) is None
    )


def written_as_number(text: str) -> bool:
    """Whether `text` is mostly digits, as a phone number is, be it a wrong one: no words, no date."""
    digits = sum(map(str.isdigit, text))
    return digits >= 6 and digits >= sum(map(str.isalpha, text)) and _DATE.fullmatch(text.strip()) is None


def written_as_damaged(text: str) -> bool:
    """Whether `text` was a number that a program has damaged: rounded by a spreadsheet program, or masked."""
    text = text.strip()
    if len(text) > _LONGEST_WRITING or _DATE.fullmatch(text):
        return False
    return _EXPONENT.fullmatch(text) is not None or _MASKED.fullmatch(text) is not None


def says_nothing(text: str) -> bool:
    """Whether `text` speaks neither for nor against phone numbers: none is there, or a number too short for one."""
    return is_placeholder(text) or _SHORT.fullmatch(text) is not None


def begins_as_number(text: str) -> bool:
    """Whether `text` is little more than a number, perhaps behind a scheme (`tel:`): no sentence with one."""
    return _NUMBER_FIRST.match(text) is not None and not _LABELLED.match(text) and written_as_number(text)


def looks_like_label(text: str) -> bool:
    """Whether `text` could head a column: words, hardly a digit, no address of the internet."""
    return (
        len(text) <= LONGEST_HEADER
        and any(map(str.isalpha, text))
        and _EXPONENT.fullmatch(text.strip()) is None
        and (sum(map(str.isdigit, text)) <= 4 or _is_dated(text))
        and "@" not in text
        and "://" not in text
    )


def _is_dated(text: str) -> bool:
    """Whether `text` is a word known from headers with a date behind it: `Mobile_20261130`."""
    rest = _ANY_DATE.sub("", text)
    return sum(map(str.isdigit, rest)) <= 4 and read_header(rest).kind > ColumnKind.NONE


def _is_phone_word(word: str) -> bool:
    return bool(_MOBILE.fullmatch(word) or _PHONE.fullmatch(word))


def _kind(words: list[str], *, pure: bool) -> ColumnKind:
    phone = any(_PHONE.fullmatch(word) for word in words)
    if any(_MOBILE.fullmatch(word) or (phone and word in _ONLY_WITH_PHONE) for word in words):
        return ColumnKind.MOBILE
    if phone:
        return ColumnKind.LANDLINE if any(_LANDLINE.fullmatch(word) for word in words) else ColumnKind.PHONE
    if pure and any(_MOBILE_ALONE.fullmatch(word) for word in words):
        return ColumnKind.MOBILE
    if pure and {"sms", "port"} & set(words) and _WORDS_FOR_NUMBER & set(words):
        return ColumnKind.MOBILE
    if pure and any(_LANDLINE_ALONE.fullmatch(word) for word in words):
        return ColumnKind.LANDLINE
    return ColumnKind.NONE
