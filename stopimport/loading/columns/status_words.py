"""The words by which columns say who unsubscribed, in French, English, German, Spanish and Italian.

Each word has a part in the grammar of `status_grammar`: it speaks of being on the list (`IN`) or off it (`OUT`), for
sure or only where texting is the matter, it turns the meaning round (`NOT`), or it says what the matter is. All are
compared with texts as `words.split_words` gives them: folded, words apart.
"""

from __future__ import annotations

import re


def _words(text: str) -> re.Pattern[str]:
    """Return the pattern of one whole word out of many; ``*`` stands for any ending."""
    return re.compile("|".join(text.replace("*", r"\w*").split()))


_YES = r"(?:oui|yes|ja|si|y|o|j|s|1|true|vrai|vero|wahr)"
_NO = r"(?:non|no|nein|n|0|false|faux|falso|falsch)"
_OR = r"(?: (?:ou|or|oder))?"
_REFUSED_LISTS = "noires?|negra|nera|rouge|robinson|repoussoir|d ?oppositions?|opposition"
PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), f" {word} ")
    for pattern, word in (
        # Courtesy.
        (r"(?:non|no|nein) (?:merci|thanks?(?: you)?|danke|gracias|grazie) (?=\w)", ""),
        (r"s il (?:vous|te) plait|svp|please|merci|thanks?(?: you)?|bitte|danke|gracias|grazie", ""),
        # An answer that the header only names: `SMS (oui/non)`, `Opt-out (1 = oui)`.
        (rf"(?:{_YES}{_OR} {_NO}|{_NO}{_OR} {_YES})$", ""),
        (r"[01] (?:oui|non|yes|no|ja|nein|si)|(?:oui|non|yes|no|ja|nein) [01]", ""),
        (
            r"(?:par|by|per|via|por) (?:any|tous?|tout|jeden|cualquier) (?:channels?|canal|canaux|means|kanal|moyens?)",
            "",
        ),
        (r"opt(?:ed|s|ing|e)? ?ins?(?: ?in)?", "optin"),
        (r"opt(?:ed|s|ing|e)? ?outs?", "optout"),
        (rf"(?:en )?list[ae]? (?:{_REFUSED_LISTS})", "blacklist"),
        (r"(?:black|block|deny|suppression|exclusion|stop|robinson|sperr|do not call|dnc|dnd) ?list\w*", "blacklist"),
        (r"alta(?: [oyu])? baja|baja(?: [oyu])? alta", "opt"),
        (r"(?:dad[oa]s?|darse) (?:de )?baja|(?<!fecha )de baja", "debaja"),
        (r"stimm\w* zu", "stimmezu"),
        (r"acontacter", "a contacter"),
        (r"dacontattare", "da contattare"),
        (r"non marketing contacts?", "never"),
        (r"(?:phone|mobile|cell) numbers?|numeros? de (?:telephone|mobile|portable)", "phone"),
        (r"(?:canal|channel|kanal|canale) sms|sms (?:canal|channel|kanal)", "sms"),
        (r"opte[es]? pour", "optin"),
        (r"(?:non|no|nein) ?stop", "nonstop"),
        (r"non demandee?s?|not requested|nicht angefragt", "never"),
        (r"dad[oa]s? de alta|de alta", "dealta"),
        (r"do ?nt|don ?t|do ?not|does ?not|doesn ?t|cannot|can ?not|can t|must not|may not", "dont"),
        (r"no longer|nicht mehr|kein\w* mehr|not any ?more|ya no", "nomore"),
        (r"(?:ne|n) (?=(?:\w+ ){0,3}?(?:pas|plus|jamais)\b)", ""),
        (r"not? yet|not asked|never asked|pas encore|noch nicht|ancora no|aun no|todavia no", "never"),
        (r"d accord", "accord"),
        (r"fin (?:d |de |del )?(?:abonnement|inscription|consentement)", "unsub"),
    )
)
"""What several words say together, and the one word that stands for it; the pattern comes first."""

PARTS = _words(
    "abmelde abonne accept accepts all allow allowed allows am at black blacklist blackliste blacklisted "
    "blacklisting bloctel bulk by can consenso consent consentement consentimiento contact contactar contacter "
    "contacto contattare contatto count date datum demarcher deranger desabonne desabonnement desinscription "
    "desinscrit desuscrito disiscritto dnc dnd do double einwilligung email emails envoyer erlaubt est fax fecha "
    "flag from has in inscription inscrit is kein keine kennzeichen kontakt list liste listed mail marketing mm mms "
    "mobile molestar ne newsletter nicht no noire non not ok on opt opted optin optout ou out par pas permission "
    "phone plus postal pour pub push reason receive recevoir refus robinson send sms solliciter sperr sperre "
    "sperrliste state status statut stop subscribe subscribed subscription suscrito text texts time to unsub "
    "unsubscribe unsubscribed user vermerk werbe werben werbung widerruf widerrufs widerspruch zustimmung call "
    "calls de desabo appeler sans retire retiree refuse widerrufen erteilt kontaktieren kontaktiert dado baja "
    "enviar desea lista negra nera disturbare inviare revocato revoked withdrawn denied given granted refused "
    "agreed agree gesperrt abgemeldet angemeldet darf werden iscritto sent ids acontacter dacontattare "
    "widersprochen anrufen relancer message messages"
)
"""Words that are written as one with others: `donotcontact`, `Werbesperre`."""

NOT = _words(
    "non not no nicht kein keine keinen keiner keinem pas plus sans sin senza ohne without aucun aucune nessun "
    "nessuno nessuna ningun ninguno ninguna nein dont unable nomore niente nada"
)
NO_MORE = _words("plus nomore piu")
NEVER = _words("never jamais nie niemals nunca mai")
"""Who never came did not leave."""
JOINED = _words(
    "optin doubleoptin softoptin optedin abonne abonnee abonnes abonnees reabonne* abonnement abonnements inscrit "
    "inscrits inscrite inscrites inscription inscriptions subscribe subscribed subscriber subscribers subscribes "
    "subscription subscriptions resubscribe* angemeldet* anmeldung abonniert* abonnent abonnentin eingetragen "
    "suscrit* suscripcion* subscrit* iscritt* iscrizion* abbonat* dealta reinscrit*"
)
"""On the list."""
LEFT = _words(
    "optout optedout desabonn* desinscri* unsub* abgemeldet* abmeld* abbestell* ausgetragen austrag* desuscri* "
    "disiscri* cancellazion* debaja desabo desabos"
)
"""Off the list again: the opposite of the words above, and of them alone."""
STOPPED = _words("stop stops stopp arret baja")
BARRED = _words(
    "blacklist* blackliste* blocklist* denylist* robinson* bloctel dnc dncr dnd dns widerspr* widersproch* "
    "werbewiderspr* werbesperr* kontaktsperr* sperrlist* sperrvermerk* sperrkennzeichen werbeverbot* donotcall "
    "kontaktverbot"
)
AGREED = _words(
    "consent* consens* einwilligung* *einwilligung zustimm* zugestimmt einverstand* einverstaendnis* accord accords "
    "permission permissions permiso permisos permesso permessi erlaubnis* werbeerlaubnis agreed agreement "
    "acconsent* stimmezu"
)
REACHABLE = _words(
    "contactable* kontaktierbar contattabil* sollicitable* prospectable* demarchable* marketable* textable smsable"
)
REACHED = _words("reachable joignable* erreichbar raggiungibil*")
"""Who can be reached by SMS, and else only was not at home."""
REVOKED = _words(
    "revok* revocat* revocad* revoca revoque revoquee* revoques revocation widerruf* revocacion revocazione"
)
BACKED_OUT = _words(
    "withdraw* rescinded refus* oppos* opposizion* oposicion* opuest* opone oppone retract* rechaz* rifiut* denied "
    "deny decline* reject* abgelehnt ablehn* negat* negad* denegad* verweiger* zuruckgezogen zurueckgezogen"
)
"""Says that somebody refuses, or takes back what was agreed."""
BLOCKED = _words(
    "blocked blocking bloque bloquee bloques bloquees bloquead* bloccat* gesperrt* sperre sperren sperrung sperr "
    "suppressed suppression exclu exclue exclus exclues exclude* exclusion* excluid* esclus* cancellat* "
    "ausgeschlossen ausschluss removed geblockt* blockiert* interdit* verboten untersagt prohibid* vietat*"
)
ENDED = _words(
    "resilie* annule* cancelled canceled cancelad* cancelar annullat* gekundigt* gekuendigt* retire retires retiree "
    "retirees retrait retirad* ritirat* cancelacion annulation cancellation resiliation kundigung anulacion "
    "annullamento"
)
IDLE = _words(
    "inactif* inactive* inaktiv* inactiv* inattiv* disabled desactive* deactivated disattivat* desactivad* dormant"
)
ALLOWED = _words(
    "accept accepts accepte acceptes acceptee acceptees accepted accepting acceptation acepta aceptad* accett* "
    "allow allows allowed autoris* authoris* authoriz* autoriz* permit permits permite permitid* permett* erlaubt* "
    "agree agrees erwunscht* gewunscht* gewuenscht* concesso concess* concedid* otorgad* prestat* granted grant "
    "given donne donnee accorde accordee erteilt* favorable"
)
RUNNING = _words("actif* active actives activ* activated aktiv* attiv* enabled enable on start unstop")
OK = _words("ok okay permis")
WANTS = _words(
    "souhait* veut veux voudrait desire desir* want* wish* mochte moechte wunscht desea* quier* vuol* desider* "
    "interesse interested can may could peut peuvent darf durfen puede puo eligible doit doivent soll should debe "
    "deve"
)
TO_DO = _words("a to zu da para")
VERBS = _words(
    "contact contacts contacter contacting contactar contattar* contatto contacto anschreib* recevoir recois recoit "
    "recevez receiving recib* ricev* erhalt* empfang* envoyer envoi envois envoie send sending senden enviar envia* "
    "inviar* text texting txt disturb* molest* storen stoeren market escribir benachrichtig* receives received "
    "kontakt kontakte kontakten kontaktieren kontaktaufnahme contattare solliciter demarcher deranger ecrire "
    "prospecter solicit receive"
)
DONE = _words(
    "contacte contactes contactee contactees contacted contactad* contattat* kontaktiert* angeschrieben sollicite "
    "sollicitee demarche demarchee derange derangee"
)
"""May or should be done to somebody; else it was, or not yet, and says nothing."""
PRIVACY = _words("rgpd gdpr dsgvo lopd privacy lgpd")
ADVERTS = _words("marketing werbung prospection publicit* publicid* pubblicit* demarchage sollicitation*")
CALLS = _words("call calls calling phone anruf* angerufen appel* telephon* llam* chiam* mail mailing relancer relance")
"""Another way to reach people, which only who wants none of it speaks of here."""
CHANNEL = re.compile(r"sms|mms|textos?|texts|txts?|smsmms")
LINE = _words("mobile mobiles mobil movil handy portable gsm cellulare phone telephone telefon* telefono tel")
MARKETING = _words(
    "marketing commercial* comercial* commerciale* kommerziell* publicit* publicid* pubblicit* pub pubs promo* "
    "promotion* offre offres offers werb* campagne* campaign* kampagne* campana* communication* communicat* "
    "comunicacion* comunicazion* kommunikation* newsletter* news notification* alert* alerte* infos* information* "
    "informations versand message* messages nachrichten mensajes messaggi demarchage prospection sollicitation* "
    "solicitacion* ofertas offerte promotionnel* envoi envois envios angebot* werbung werbe material materials "
    "fidelite* invitation*"
)
STATUS = _words(
    "status statut statuts state states stat stati etat estado estados stato zustand situation flag situacion "
    "situazione"
)
REPLY = _words(
    "reponse* reply replies response* antwort* respuesta* risposta* mot keyword retour mo inbound incoming entrant "
    "entrante"
)
WHEN = _words(
    "date dates *datum fecha data heure hora ora time seit depuis since desde dal timestamp jour day when quand "
    "datetime zeit zeitpunkt"
)
LAST = dict.fromkeys(("at", "on", "le", "am", "il", "el"), "when") | dict.fromkeys(
    ("by", "par", "von", "por"), "detail"
)
"""Words that ask something at the end of a header: `Désabonné le`."""
COUNT = _words("nb nbr nombre count counts number anzahl cantidad numero num total qty compteur")
DETAIL = _words(
    "motif* reason* raison* grund motivo causa canal channel kanal canale source* origine origin quelle id ids ip "
    "url type types typ tipo lien link uuid comment* commentaire* bemerkung note notes method* methode level niveau "
    "cout cost prix price kosten"
)
ERROR = _words("error errors erreur erreurs fehler errore errori echec echecs failure fail rejet rejection")
REPORT = _words(
    "sent envoye envoyes envoyee envoyees recu recue recus received repondu replied answered antwort* delivr* livre "
    "livres livree livrees remis distribue* erhalten empfangen recibid* ricevut* zugestellt* gesendet fail* "
    "undeliver* undeliv error erreur echec deliver*"
)
"""What became of a message, and of the answer to it."""
FILLER = _words(
    "toujours still immer ancora todavia lista liste list listes base fichier database group groupe de du des d l "
    "la le les un une en et est etre ete the a an of for from by is has are be been via per pour par au aux sur to "
    "my me we us you your nous vous lui leur j je il elle se s m qu que qui i y o or ou und and oder der die das "
    "den dem del della di da lo gli con por para las los el wird werden werde haben ist hat client clients "
    "customer* kunde kunden cliente clienti user users profil profile member* contact contacts person personne "
    "personnes people lead custom field fields champ attribut* attribute* properties property et4ae5 c hs cf x u "
    "canspam tcpa all any tous toutes global globale general flag value valeur champs info yn oui non yes no ja "
    "nein si mehr piu mas longer encore deja already mm mms bulk currently inscrito opt ttl droit derecho diritto "
    "recht exerce legal current actuel actuelle ce this cet deze fiche reception empfang ya sanitized double simple "
    "soft single marque* demande demandee requested ses sa son leurs ne n at on am would do may so alla alle "
    "vermerk kennzeichen previously precedemment email emails destinataire* recipient* empfanger* subscriber effet "
    "effective dernier derniere last first premier premiere ultimo ultima"
)
OTHER_CHANNEL = re.compile(
    r"\b(?:e ?mails?|mails?|mailings?|courriels?|newsletters?|push|correo|posta|postal|postalmail|courrier|fax|appels?|"
    r"whats ?app|messenger|telegram|rcs|viber|facebook|instagram|briefpost|partenaires?|partners?)\b"
)
OTHER_MATTER = re.compile(
    r"\b(?:cookies?|cgv|cgu|conditions|terms|agb|magasin|boutique|parental\w*|images?|photos?|devis|paiement|contrat|"
    r"cours|cantine|evenements?|atelier|formation|gaz|electricite|tombola|webinar|reunion|cheques?|sortie|voyage|cb|"
    r"carte|compte|livraison|colis|commande)\b"
)
"""What people agree to, refuse, or are members of besides."""
OF_SMS = re.compile(r"sms|\b(?:mobile?|texto?s?|texts?|gsm|handy|movil|cellulare|portable)\b")
GENDER = re.compile(r"\((?:e|s|es|a|o|in)\)|[·.](?:e|s|es)\b", re.IGNORECASE)
"""What is written behind a word to mean both sexes or several people: `abonné(e)`."""

DELIVERED = re.compile(
    r"(?:non |not |un|nicht |no )?(?:delivr\w+|deliver\w*|undeliv|livre\w*|envoy\w+|sent|remis\w*|recus?|received|"
    r"distribu\w+|lus?|read|ouvert\w*|opened|cliqu\w+|clicked|zugestellt|gesendet|versendet|versandt|empfangen|gelesen|"
    r"entregad\w+|enviad\w+|recibid\w+|leid[oa]|consegnat\w+|inviat\w+|ricevut\w+|lett[oa]|dlvrd|queued|accepted)"
    r"(?: \w+){0,2}|pending|en attente|en cours|failed|fail|echec|echoue\w*|erreur|error|"
    r"expire\w*|expirad[oa]|scadut[oa]|abgelaufen|fallid[oa]|fallit[oa]|fehlgeschlagen|ausstehend|pendiente|in attesa|"
    r"submitted|soumis|undelivrd|rejected"
)
"""States of a message: whoever has one did not unsubscribe, as far as the column tells."""
PEOPLE = re.compile(
    r"client\w*|customer|prospect\w*|lead|open|new|working|qualified|nurturing|converted|contacted|nouveau|nouvelle|"
    r"kunde|interessent|cliente|membre|member|adherent\w*|fidele|engaged|valid\w*"
)
"""Sorts of people: beside somebody who left, those who did not."""

YES = re.compile(
    r"oui|yes|ja|si|y|o|j|s|t|1|1 0|true|vrai|wahr|verdadero|vero|x|xx|ok|on|in|checked|coche|accepte?e?s?|accorde?e?|"
    r"granted|given|consenti|erteilt|dado|concesso|aceptado|accettato|actife?s?|active|activated|aktiv|activ[oa]|attiv[oa]|"
    r"alta|enabled|start|donnee?|valide?|concedid[oa]|otorgad[oa]|prestato|[✓✔☑✅👍🟢]\ufe0f?"
)
NO = re.compile(
    r"non|no|nein|n|f|0|0 0|false|faux|falsch|falso|off|out|ko|unchecked|refuse?e?s?|denied|declined|abgelehnt|"
    r"rechazado|rifiutato|retiree?s?|withdrawn|inactife?s?|inactive|inaktiv|inactiv[oa]|inattiv[oa]|resilie?e?|annulee?|"
    r"cancell?ed|cancelad[oa]|annullat[oa]|gekundigt|disabled|negat[oa]|denegad[oa]|negad[oa]|"
    r"refused|rejected|(?:not|non|nicht|no) ?(?:given|granted|accorde\w*|donne\w*|erteilt|accepte\w*|dado|concesso)|"
    r"[✗✘✖☐❌👎🔴]\ufe0f?"
)
STOP_SIGN = re.compile(r"[🚫🛑⛔]\ufe0f?")
SIGN = re.compile(r"[^\w\s]{1,3}")
"""A mark: who ticks a box writes what comes to hand."""
DATE = re.compile(
    r"(?:(?:\d{1,14}|t|z|utc|gmt|h|am|pm|a|p|m|de|\d*t\d+z?|\d+z|\d+(?:st|nd|rd|th|er)|"
    r"(?:jan|feb|fev|mar|apr|avr|mai|may|jun|juin|jul|juil|aug|aou|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|gen|mag|giu|"
    r"lug|set|ott)[a-z]{0,6}|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mie|jue|vie|sab|gio|die|mit|don|"
    r"fre)[a-z]{0,6}|"
    r"c?est|cet|pst|pdt|bst|um|uhr|ore|alle|las|\d+h\d*)(?: |$)){1,12}"
)
NO_VALUE = frozenset(
    ("", "null", "nil", "none", "na", "n a", "nan", "neant", "aucun", "aucune", "vide", "empty", "leer")
)

KINDS = {
    "not": NOT,
    "no more": NO_MORE,
    "never": NEVER,
    "joined": JOINED,
    "left": LEFT,
    "stopped": STOPPED,
    "barred": BARRED,
    "agreed": AGREED,
    "reachable": REACHABLE,
    "reached": REACHED,
    "revoked": REVOKED,
    "backed out": BACKED_OUT,
    "blocked": BLOCKED,
    "ended": ENDED,
    "idle": IDLE,
    "allowed": ALLOWED,
    "ok": OK,
    "running": RUNNING,
    "wants": WANTS,
    "verb": VERBS,
    "done": DONE,
    "calls": CALLS,
    "privacy": PRIVACY,
    "adverts": ADVERTS,
    "channel": CHANNEL,
    "line": LINE,
    "marketing": MARKETING,
    "status": STATUS,
    "reply": REPLY,
    "when": WHEN,
    "count": COUNT,
    "detail": DETAIL,
    "error": ERROR,
    "report": REPORT,
    "filler": FILLER,
}
"""The parts that words have; one may have several."""
