"""The guard on status columns: still subscribed people are found, ordinary columns raise no alarm."""

from __future__ import annotations

import pytest
from reading import JUDGE, load_text

from stopimport.loading.cells import LoadOptions
from stopimport.loading.errors import StillSubscribed
from stopimport.loading.preview_files import preview_files
from stopimport.web.child.questions import question_of

A = "0612980001"


def guards(folder, header, values, **options):
    """Load a list with one more column and return the guards."""
    rows = "".join(f"0612980{number:03d};{value}\n" for number, value in enumerate(values))
    return load_text(folder, f"Mobile;{header}\n{rows}", **options).guards


@pytest.mark.parametrize(
    ("header", "values", "option"),
    [
        ("Statut", ["Abonné", "Désabonné", "abonné"], '--where "Statut=Désabonné"'),
        ("statut sms", ["Inscrit", "Désinscrit", "STOP"], '--where "statut sms=Désinscrit|STOP"'),
        ("Status", ["subscribed", "unsubscribed"], '--where "Status=unsubscribed"'),
        ("Status", ["subscribed", "subscribed"], '--where "Status=VALUE"'),
        ("Etat", ["opt-in", "opt-out", ""], '--where "Etat=opt-out"'),
        ("x", ["Opted in", "Opted out"], '--where "x=Opted out"'),
        ("SMS opt-out", ["oui", "non"], '--where "SMS opt-out=oui"'),
        ("opt_out", ["1", "0", "0"], '--where "opt_out=1"'),
        ("optOut", ["TRUE", "FALSE"], '--where "optOut=TRUE"'),
        ("Désinscrit", ["x", "", ""], '--where "Désinscrit=x"'),
        ("Unsubscribed", ["no", "no"], '--where "Unsubscribed=VALUE"'),
        ("Consentement SMS", ["Oui", "Non"], '--where "Consentement SMS=Non"'),
        ("Consent", ["yes", "yes"], '--where "Consent=VALUE"'),
        ("SMS Opt-in", ["1", "0"], '--where "SMS Opt-in=0"'),
        ("Abonné", ["Oui", "Non"], '--where "Abonné=Non"'),
        ("Accepts SMS Marketing", ["yes", "no"], '--where "Accepts SMS Marketing=no"'),
        ("Status", ["angemeldet", "abgemeldet"], '--where "Status=abgemeldet"'),
        ("Einwilligung", ["ja", "nein"], '--where "Einwilligung=nein"'),
        ("Estado", ["suscrito", "baja"], '--where "Estado=baja"'),
        ("Stato", ["iscritto", "disiscritto"], '--where "Stato=disiscritto"'),
        ("Consenso", ["sì", "no"], '--where "Consenso=no"'),
        ("Statut", ["Abonné", "Non abonné"], '--where "Statut=Non abonné"'),
        ("Abonnement", ["Actif", "Résilié"], '--where "Abonnement=Résilié"'),
        ("Statut", ["Actif", "Inactif", "Désabonné"], '--where "Statut=Désabonné"'),
        ("Statut SMS", ["OK", "STOP"], '--where "Statut SMS=STOP"'),
        ("Status", ["active", "unsubscribed"], '--where "Status=unsubscribed"'),
        ("Subscription", ["active", "cancelled"], '--where "Subscription=cancelled"'),
        ("Consent", ["granted", "revoked", "denied"], '--where "Consent=revoked|denied"'),
        ("Estado", ["alta", "baja"], '--where "Estado=baja"'),
        ("Acepta SMS", ["sí", "no"], '--where "Acepta SMS=no"'),
        ("Nicht kontaktieren", ["ja", "nein"], '--where "Nicht kontaktieren=ja"'),
        ("Abonniert", ["ja", "nein"], '--where "Abonniert=nein"'),
        ("Sperrliste", ["ja", "nein"], '--where "Sperrliste=ja"'),
        ("Lista negra", ["sí", "no"], '--where "Lista negra=sí"'),
        ("Ne plus contacter", ["oui", ""], '--where "Ne plus contacter=oui"'),
        ("Accord SMS", ["oui", "non"], '--where "Accord SMS=non"'),
        ("SMS", ["oui", "non"], '--where "SMS=non"'),
        ("STOP", ["STOP", ""], '--where "STOP=STOP"'),
        ("Statut", ["abonné(e)", "désabonné(e)"], '--where "Statut=désabonné(e)"'),
        ("Statut", ["Abonné SMS", "Désabonné SMS"], '--where "Statut=Désabonné SMS"'),
        ("Action", ["abonnement", "désabonnement"], '--where "Action=désabonnement"'),
        ("Statut (1=abonné, 0=désabonné)", ["1", "0"], '--where "Statut (1=abonné, 0=désabonné)=0"'),
        ("Abonné (1) / désabonné (0)", ["1", "0"], '--where "Abonné (1) / désabonné (0)=0"'),
        ("Désabonné (O/N)", ["O", "N"], '--where "Désabonné (O/N)=O"'),
    ],
)
def test_still_subscribed_people_stop_the_run(tmp_path, header, values, option):
    """The guard shows values, counts and the --where to use; --where or --all-rows lift it."""
    (guard,) = guards(tmp_path, header, values)
    assert isinstance(guard, StillSubscribed)
    assert guard.exit_code == 5
    assert option in str(guard)
    shown = [f"'{value}'" if value else "(empty)" for value in values]
    assert all(f"{text} ({values.count(value)})" in str(guard) for text, value in zip(shown, values, strict=True))
    assert guards(tmp_path, header, values, all_rows=True) == ()
    assert (
        guards(tmp_path, header, values, where=(option.removeprefix('--where "').removesuffix('"'),), where_none=True)
        == ()
    )


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("status", ["delivered", "failed", "pending"]),
        ("Statut", ["livré", "envoyé", "erreur", ""]),
        ("Statut client", ["Actif", "Inactif", "Prospect"]),
        ("Status", ["active", "inactive"]),
        ("Status", ["1", "0"]),
        ("Type client", ["Abonné", "Occasionnel"]),
        ("Statut", ["Désabonné", "Désabonné", ""]),
        ("Statut", ["STOP", "stop"]),
        ("Statut", ["STOP", ""]),
        ("Statut", ["Désabonné", "NPAI", "Inactif"]),
        ("Statut client", ["Actif", "Résilié"]),
        ("Mot reçu", ["STOP", "1"]),
        ("Consent", ["revoked", "no"]),
        ("Accord", ["AC-1", "AC-2"]),
        ("opt_out", ["1", "1"]),
        ("SMS opt-in", ["non", "non", ""]),
        ("Consent", ["", ""]),
        ("Date opt-out", ["2026-01-02", "2026-01-03"]),
        ("Date opt-in", ["2026-01-02", "", "2026-01-03"]),
        ("Motif désinscription", ["STOP", "email", ""]),
        ("Newsletter", ["oui", "non"]),
        ("Email opt-in", ["yes", "no"]),
        ("Statut email", ["abonné", "désabonné"]),
        ("VIP", ["oui", "non"]),
        ("Ville", ["Paris", "Lyon"]),
        ("Pays", ["FR", "NO"]),
        ("Message", ["STOP", "stop svp", "bonjour"]),
        ("Arrêt de bus", ["Inscrits", "Centre"]),
    ],
)
def test_ordinary_columns_raise_no_alarm(tmp_path, header, values):
    """A delivery status, a customer status, dates, other channels, or everybody unsubscribed."""
    assert guards(tmp_path, header, values) == ()


# Header, values of those who left, of those who did not, and of those of whom nothing is said.
ASKED = [
    ("donotContact", "1", "0", ""),
    ("donotcontact", "true", "false", ""),
    ("do_not_sms", "Y", "N", ""),
    ("donotsms", "1", "0", ""),
    ("DoNotCall", "yes", "no", ""),
    ("DNC", "TRUE", "FALSE", ""),
    ("doNotText", "x", "", ""),
    ("SMS_OPT_OUT", "1", "0", ""),
    ("smsoptout", "yes", "no", ""),
    ("Opted Out?", "Yes", "No", ""),
    ("is_blacklisted", "true", "false", ""),
    ("Blacklisté", "Oui", "Non", ""),
    ("Ne pas solliciter", "Oui", "Non", ""),
    ("NE PAS CONTACTER PAR SMS", "O", "N", ""),
    ("Ne pas appeler", "vrai", "faux", ""),
    ("Ne plus solliciter", "X", "", ""),
    ("nePasContacter", "1", "0", ""),
    ("Refus SMS", "oui", "non", ""),
    ("Ne souhaite plus recevoir de SMS", "✓", "", ""),
    ("SMS OK", "Non", "Oui", ""),
    ("sms_ok", "0", "1", ""),
    ("À contacter par SMS", "Non", "Oui", ""),
    ("OK pour SMS", "non", "oui", ""),
    ("Consentement marketing SMS", "refusé", "accordé", ""),
    ("opt-in", "0", "1", ""),
    ("SmsConsent", "false", "true", ""),
    ("Werbung erlaubt", "nein", "ja", ""),
    ("Nicht anrufen", "ja", "nein", ""),
    ("Keine SMS", "x", "", ""),
    ("SMS-Sperre", "ja", "nein", ""),
    ("Werbewiderspruch", "ja", "nein", ""),
    ("No molestar", "sí", "no", ""),
    ("Permite SMS", "no", "sí", ""),
    ("Contact par SMS", "non", "oui", ""),
    ("Kein Kontakt", "x", "", ""),
    ("Exclusion SMS", "oui", "non", ""),
    ("SMS consent", "not given", "granted", "n/a"),
    ("no_contactar", "1", "0", ""),
    ("Acepta SMS", "no", "sí", ""),
    ("consenso", "no", "sì", ""),
    ("Non contattare", "sì", "no", ""),
    ("SMS marketing state", "UNSUBSCRIBED", "SUBSCRIBED", "NEVER_SUBSCRIBED"),
    ("SMS marketing state", "UNSUBSCRIBED", "SUBSCRIBED", "NOT_SUBSCRIBED"),
    ("Status", "opted_out", "optedIn", "pending"),
    ("Statut", "Désabonné", "Abonné", ""),
    ("Statut", "STOP", "actif", "jamais abonné"),
    ("SMS opt-in", "No", "Yes", "unknown"),
    ("Do not SMS", "yes", "no", "n/a"),
    ("Statut", "STOP", "Délivré", "NPAI"),
    ("Etat du SMS", "Désinscription", "Envoyé", "?"),
    ("status", "STOP", "delivered", ""),
    ("Status", "opt-out", "zugestellt", ""),
    ("Estado", "baja", "entregado", ""),
]


@pytest.mark.parametrize(("header", "gone", "here", "nothing"), ASKED)
def test_only_who_is_gone_is_proposed_by_terminal_and_page_alike(tmp_path, header, gone, here, nothing):
    """One judgement serves the --where of the terminal and the ticks of the page."""
    values = [gone, here, here, nothing] if nothing else [gone, here, here]
    (guard,) = guards(tmp_path, header, values)
    question = question_of(guard)
    ticked = {value.text for value in question.values if value.chosen}
    proposed = guard.option.removeprefix(f'--where "{header}=').removesuffix('"').split("|")
    assert ticked == set(proposed) == {gone}
    shown = {value.text: value.means for each in preview_of(tmp_path).filters for value in each.values}
    assert {text for text, means in shown.items() if means == "gone"} == {gone}


def preview_of(folder):
    """Return what is understood of the list that `guards` wrote."""
    return preview_files([folder / "list.csv"], LoadOptions(), JUDGE)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("SMS marketing state", ["NEVER_SUBSCRIBED", "UNSUBSCRIBED", ""]),
        ("Do not disturb hours", ["22-8", "20-9"]),
        ("Contact", ["oui", "non"]),
        ("N° contact", ["1", "0"]),
        ("Stop", ["Gare du Nord", "Bellecour"]),
        ("Statut", ["Délivré", "Envoyé", "Échec"]),
        ("Statut de livraison", ["delivered", "undelivered"]),
        ("Opt-out", ["", ""]),
        ("Accord-cadre", ["2025-A", "2025-B"]),
        ("Marketing", ["Lyon", "Paris"]),
        ("OK", ["oui", "non"]),
        ("Client actif", ["oui", "non"]),
        ("Adhérent", ["oui", "non"]),
        ("Sperrung Konto bis", ["2026-01-01", "2026-02-01"]),
        ("Ne pas jeter", ["", ""]),
        ("do_not_email", ["1", "0"]),
        ("Porte bloquée", ["oui", "non"]),
        ("Contactless", ["yes", "no"]),
    ],
)
def test_columns_that_merely_resemble_stop_nothing(tmp_path, header, values):
    """False alarms cost trust: other questions, other channels, nobody who is still there."""
    assert guards(tmp_path, header, values) == ()


@pytest.mark.parametrize(
    "gone", ["STOP", "STOP reçu", "Réponse STOP", "stop received", "STOP svp", "Replied STOP", "STOP_RECU"]
)
def test_a_campaign_report_with_one_stop_asks(tmp_path, gone):
    """Deliveries say nothing of subscriptions, but whoever got a message did not leave by it."""
    values = ["Délivré", "Envoyé"] * 12 + [gone]
    (guard,) = guards(tmp_path, "Statut", values)
    assert guard.gone == (gone,)
    assert f'--where "Statut={gone}"' in str(guard)


def test_a_column_about_sms_settles_what_others_leave_open(tmp_path):
    """Everybody left the SMS list; that some still get something else is no matter."""
    text = f"Mobile;SMS;Statut\n{A};désabonné;abonné\n0612980002;désabonné;désabonné\n"
    assert load_text(tmp_path, text).guards == ()


def test_headerless_lists_are_guarded_by_their_values(tmp_path):
    """Words that speak for themselves need no header; the condition names the letter."""
    (guard,) = load_text(tmp_path, f"{A};abonné\n0612980002;désabonné\n").guards
    assert '--where "B=désabonné"' in str(guard)
    assert load_text(tmp_path, f"{A};abonné\n0612980002;désabonné\n", where=("B=désabonné",)).filtered == 1


def test_our_own_results_are_no_status_of_a_subscription(tmp_path):
    """A results file's status says what the stop list answered."""
    text = f"file;sheet;row;column;input;phoneNumber;status;opt_out\nx.csv;;2;m;1;{A};added;no\n"
    assert load_text(tmp_path, text).guards == ()


@pytest.mark.parametrize("nobody", [";", ";;", " ;\u00a0", "NULL;", "\\N;", ";Abonné"])
def test_rows_without_a_phone_number_are_nobody_who_is_still_subscribed(tmp_path, nobody):
    """Blank lines, short rows and totals lack dates and marks, too."""
    rows = "0612980001;01/10/2026\n0612980002;02/10/2026\n"
    assert load_text(tmp_path, f"Mobile;Désinscription\n{rows}{nobody}\n").guards == ()
    (guard,) = load_text(tmp_path, f"Mobile;Désinscription\n{rows}{nobody}\n0612980003;\n").guards
    assert guard.marked == 2


def test_cells_that_a_broken_row_lacks_say_nothing_where_all_others_are_gone(tmp_path):
    """A status in words settles it; but where only empty cells are left out, as some exporters do, the run asks."""
    rows = "".join(f"0612980{number:03d};{number}/10/2026;Désinscrit\n" for number in range(1, 21))
    header = "Mobile;Désinscription;Statut\n"
    assert load_text(tmp_path, f"{header}{rows}0612980100\n").guards == ()
    short = "".join(f"0612980{number}\n" for number in range(100, 110))
    assert load_text(tmp_path, f"{header}{rows}{short}").guards
    only_dates = rows.replace(";Désinscrit", "")
    assert load_text(tmp_path, f"Mobile;Désinscription\n{only_dates}0612980100\n").guards
