"""The words by which columns say who unsubscribed, in French, English, German, Spanish and Italian.

All are compared with texts as `words.split_words` gives them: folded, words apart. Blanks are optional inside phrases:
`donotcontact` is as common as `DO_NOT_CONTACT`.
"""

from __future__ import annotations

import re


def _phrases(text: str) -> str:
    """Return the pattern of some phrases, one a line."""
    return "|".join(line.strip().replace(" ", " ?") for line in text.strip().splitlines())


_SUBSCRIBED = (
    r"abonnee?s?|reabonnee?s?|abonnements?|inscrite?s?|inscriptions?|subscribed?|subscribers?|subscriptions?|"
    r"resubscribed|opt(?:ed)? ?ins?|(?:double|single|sms|soft) ?opt ?in|angemeldet|abonniert|"
    r"abonnent(?:in)?|eingetragen|suscrit[oa]s?|subscrit[oa]s?|iscritt[oaie]|abbonat[oaie]"
)
_NOT = r"(?:non|not|no|nicht|nein|pas|plus)"
_GONE = (
    r"desabonnee?s?|desabonnements?|desinscrite?s?|desinscriptions?|desinscrire|desabonner|unsubscribed?|unsubscribes|"
    r"unsub|opt(?:ed)? ?outs?|abgemeldet|abmeldung|abbestellt|ausgetragen|dad[oa] de baja|de baja|baja|desuscrit[oa]s?|"
    r"disiscritt[oaie]|cancellat[oaie]|stop|stop ?sms|sms ?stop|arret|blacklist(?:ed|ee?)?|black ?listed|blackliste|"
    r"blocklisted|liste noire|ne plus contacter|ne pas contacter|do ?not ?(?:contact|text|sms)|dnd|dnc|"
    r"revoked|widerrufen|revocat[oa]|revocad[oa]|revoquee?"
)
GONE = re.compile(rf"(?:sms |a )?(?:{_GONE})(?: (?:aux? )?sms)?")
SUBSCRIBED = re.compile(rf"(?:sms )?(?:{_SUBSCRIBED})(?: (?:aux? )?sms)?")
NOT_SUBSCRIBED = re.compile(rf"(?:sms |a )?{_NOT} ?(?:{_SUBSCRIBED})(?: (?:aux? )?sms)?")
"""What people answer who left, or who never came: beside a value that says plainly who left, it says nothing."""
DELIVERED = re.compile(
    r"(?:non |not |un|nicht |no )?(?:delivr\w+|deliver\w*|livre\w*|envoy\w+|sent|remis\w*|recus?|received|distribu\w+|"
    r"lus?|read|ouvert\w*|opened|cliqu\w+|clicked|zugestellt|gesendet|versendet|versandt|empfangen|gelesen|entregad\w+|enviad\w+|"
    r"recibid\w+|leid[oa]|consegnat\w+|inviat\w+|ricevut\w+|lett[oa]|dlvrd|queued|accepted)(?: \w+)?|"
    r"pending|en attente|en cours|failed|fail|echec|echoue\w*|erreur|error|expired?"
)
"""States of a message: whoever has one did not unsubscribe, as far as the column tells."""
GENDER = re.compile(r"\((?:e|s|es|a|o|in)\)|[·.](?:e|s|es)\b", re.IGNORECASE)
"""What is written behind a word to mean both sexes or several people: `abonné(e)`."""

YES = re.compile(
    r"oui|yes|ja|si|y|o|j|s|1|1 0|true|vrai|wahr|verdadero|vero|x|xx|ok|on|in|checked|coche|accepte?e?s?|accorde?e?|"
    r"granted|given|consenti|erteilt|dado|concesso|aceptado|accettato|actife?s?|active|activated|aktiv|activ[oa]|attiv[oa]|alta|"
    r"enabled|[✓✔☑✅]\ufe0f?"
)
NO = re.compile(
    r"non|no|nein|n|0|0 0|false|faux|falsch|falso|off|out|ko|unchecked|refuse?e?s?|denied|declined|abgelehnt|rechazado|"
    r"rifiutato|retire|withdrawn|inactife?s?|inactive|inaktiv|inactiv[oa]|inattiv[oa]|resilie?e?|annulee?|cancell?ed|"
    r"cancelad[oa]|annullat[oa]|gekundigt|disabled|"
    r"refused|rejected|(?:not|non|nicht|no) ?(?:given|granted|accorde\w*|donne\w*|erteilt|accepte\w*|dado|concesso)|"
    r"[✗✘☐❌]\ufe0f?"
)

_ASKED = r"(?:contact|text|sms|call|phone|mobile|disturb|solicit|message|market|send|track)\w*"
_TO_ASK = (
    r"(?:contacter|solliciter|appeler|demarcher|deranger|relancer|ecrire|prospecter|recevoir|envoyer|etre|souhaite)"
    r"(?: (?:\w+ ){0,2}(?:sms|texto|contacte\w*|sollicite\w*))?"
)
OUT_HEADER = re.compile(
    r"\b(?:"
    + _phrases(
        rf"""
        (?:sms|mobile|phone|tel|marketing|global|is|has)? opt(?:ed)? outs?(?: sms)?
        desabonn\w+
        desinscri\w+
        unsub\w*
        (?:not|non|no|nicht|kein\w*|sans|pas d[e']?) (?:consent\w*|einwilligung|zustimmung|accord|optin|subscribed)
        (?:non|pas) (?:abonn\w+|inscrit\w*)
        abgemeldet
        abmeldung
        abbestell\w+
        austrag\w+
        \w*widerspr\w+
        \w*widerruf\w*
        baja
        disiscri\w+
        desuscri\w+
        stop (?:sms)?
        sms stop
        (?:sms )?(?:black|block|deny|suppression) list\w*
        (?:liste?|lista) (?:noire|negra|nera|rouge|robinson)
        robinson\w*
        bloctel
        \w*sperr\w*
        gesperrt
        do not {_ASKED}
        dont {_ASKED}
        dnc|dncr|dnd|dns
        (?:a )?ne (?:plus|pas) {_TO_ASK}
        ne (?:souhaite|veut|desire) (?:plus|pas)(?: \w+){{0,4}}
        (?:pas|plus|sans|aucun) (?:de )?(?:sms|texto|publicite|prospection|sollicitation)
        no (?:sms|texts?|calls?|contact\w*|marketing|molestar|llamar|enviar|solicitar|desea|quiere)
        nicht (?:\w+ )?(?:kontaktieren|anrufen|anschreiben|storen|stoeren)
        keine? (?:sms|werbung|anrufe|kontakt\w*)
        exclusions? (?:sms|marketing|prospection)
        werbeverbot
        non (?:contattare|disturbare|chiamare|inviare|desidera)
        (?:refus\w*|opposition|oppose\w*|retract\w+|retrait)(?: (?:de|du|d|au|aux|a) \w+)?
        """
    )
    + r")\b"
)
IN_HEADER = re.compile(
    r"\b(?:"
    + _phrases(
        r"""
        (?:sms|mobile|phone|tel|marketing|double|is|has)? opt(?:ed)? ins?(?: sms)?
        consent\w*
        consens\w*
        \w*einwilligung\w*
        zustimmung
        einverstanden
        abonnee?s?
        abonnements?
        abonniert
        inscrite?s?
        inscription
        subscribed
        subscriptions?
        subscribers?
        accepts?
        accepte?
        acceptation
        acepta
        accetta
        agree[ds]?
        autoris\w+
        autoriz\w+
        accord
        permissions?
        permiso
        permit[ei] (?:el |los |gli )?sms
        contact(?:er)? (?:par )?(?:sms|texto)
        allow\w* (?:sms|texts?|contact\w*|marketing)
        (?:sms|texts?|contact|marketing|werbung|werbesms) (?:allowed|ok|enabled|autorise\w*|permis|erlaubt|erwunscht)
        (?:sms|contacto|contatto|marketing) (?:permitid\w+|consentit\w+)
        \w*erlaubnis
        ok (?:pour )?(?:les? )?sms
        (?:a )?contacter par (?:sms|texto)
        contactable
        sollicitable
        can (?:sms|text|contact|be contacted)
        (?:recevoir|receives?|recibir|ricevere|erhalten) (?:\w+ )?sms
        angemeldet
        suscrit[oa]s?
        suscripcion
        iscritt[oa]
        iscrizione
        abbonat[oa]
        """
    )
    + r")\b|^sms$|^sms (?:marketing|werbung)$|^marketing sms$"
)
STATUS_HEADER = re.compile(
    r"\b(?:stat[ui]s?|state|stato|estado|etat|zustand|newsletter|marketing|sms|opt|abo|optin ?status)\b|^stat"
)
OTHER_CHANNEL = re.compile(
    r"\b(?:e ?mails?|mails?|mailings?|courriels?|newsletters?|push|correo|posta|courrier|fax|appels?)\b"
)
OF_SMS = re.compile(r"sms|\b(?:mobile?|texto?s?|gsm|handy|movil|cellulare|portable)\b")
DETAIL = re.compile(
    r"\b(?:dates?|datum|fecha|data|motif|reason|raison|canal|channel|source|origine|heure|time|at|id|ip|url)\b"
)
