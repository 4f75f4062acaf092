"""What columns say of subscriptions: hundreds of headers and values that people use, as one table of data."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

import pytest
from effort import some
from reading import JUDGE, load_text

from stopimport.loading.cells import LoadOptions
from stopimport.loading.columns.status_answers import judged
from stopimport.loading.columns.status_grammar import read
from stopimport.loading.preview_files import preview_files
from stopimport.web.child.questions import question_of
from stopimport.web.choices import Choices, changed, filter_id, value_id

TABLE = Path(__file__).parents[1] / "data" / "status" / "columns.txt"


def cells(text):
    """Return the values of a cell of the table."""
    return ["" if value.strip() == "_" else value.strip() for value in text.split(",")] if text else []


def table():
    """Return header, and values of those who left, who did not, and of whom nothing is said; and the quiet columns."""
    asking, quiet = [], []
    for line in TABLE.read_text("utf-8").splitlines():
        header, *groups = line.removeprefix("- ").split(" | ")
        if line.startswith("- "):
            quiet.append((header, cells(groups[0])))
        elif line and not line.startswith("#"):
            asking.append((header, *map(cells, [*groups, ""][:3])))
    return asking, quiet


ASKING, QUIET = table()


def taken(header, gone, here, nothing):
    """Return which of the values are taken for those who left, and which for those who did not."""
    sides = judged(Counter(gone + here + here + nothing), header)
    return set(sides.gone), set(sides.subscribed) | (set(sides.delivered) - set(nothing))


def test_each_value_is_taken_for_what_it_says():
    """Who left is gone, who did not is still subscribed, and of the others nothing is known."""
    wanted = {str(each): (set(each[1]), set(each[2])) for each in ASKING}
    assert wanted == {str(each): taken(*each) for each in ASKING}
    assert len(ASKING) > 800


def test_columns_that_look_alike_stop_nothing():
    """Other questions, other channels, orders and deliveries, and columns by which everybody left."""
    asking = [each for each in QUIET if (sides := judged(Counter(each[1] * 2), each[0])).subscribed or sides.delivered]
    assert [each for each in asking if not read(each[0]).elsewhere] == []
    assert len(QUIET) > 200


@pytest.mark.parametrize(("header", "values"), some(QUIET[::4], by_day=20))
def test_files_with_such_columns_are_imported(tmp_path, header, values):
    """No question is asked of the whole file either."""
    assert guards(tmp_path, header, values) == ()


@pytest.mark.parametrize(("header", "gone", "here", "nothing"), some(ASKING[::4], by_day=30))
def test_what_is_proposed_keeps_who_is_gone_by_terminal_and_page_alike(tmp_path, header, gone, here, nothing):
    """The `--where` of the message, pasted into a shell, and the page's ticks choose the same rows: those who left."""
    values = gone + here + here + nothing
    (guard,) = guards(tmp_path, header, values)
    where = proposed(guard)
    wanted = [number for number, value in enumerate(values) if value in gone]
    assert wanted == kept(tmp_path, header, values, where=(where,))
    assert wanted == kept(tmp_path, header, values, where=ticked(tmp_path, guard))


def listed(header, values):
    """Return the text of a list with one more column."""
    quoted = '"' + header.replace('"', '""') + '"'
    return f"Mobile;{quoted}\n" + "".join(f"061298{number:04d};{value}\n" for number, value in enumerate(values))


def guards(folder, header, values, **options):
    """Load such a list and return its guards."""
    return load_text(folder, listed(header, values), **options).guards


def kept(folder, header, values, **options):
    """Return the places of the values whose rows are kept; no guard may be left."""
    loaded = load_text(folder, listed(header, values), careful=True, **options)
    assert loaded.guards == ()
    return [int(text[-4:]) for text in loaded.cells["input"]]


def proposed(guard):
    """Return the condition that the message proposes, as a shell reads it."""
    found = str(guard).partition("unsubscribed: ")[2].partition(". To import every row")[0]
    option, condition = shlex.split(found)
    assert option == "--where"
    return condition


def ticked(folder, guard):
    """Return the conditions that come of the page's question, answered as it is ticked beforehand."""
    preview = preview_files([folder / "list.csv"], LoadOptions(), JUDGE)
    ticks = [value for value in question_of(guard).values if value.chosen]
    ids = [value_id(guard.column, value.text, others=value.others) for value in ticks]
    form = {"set": [f"where:{filter_id(guard.column)}"], "where": ids}
    return changed(Choices(), form, preview).settings({})["where"]


DATES = [f"2026-01-{day:02d} {hour:02d}:30:00" for day in range(1, 29) for hour in (9, 17)]


@pytest.mark.parametrize(
    ("header", "dates", "blank", "where"),
    [
        ("unsubscribed_at", DATES, "", "unsubscribed_at!="),
        ("Date désinscription", DATES[:5], "", "Date désinscription!="),
        ("STOP le", ["03/11/2026", "4/11/2026"], "", "STOP le!="),
        ("optOutDate", DATES, "NULL", "optOutDate!=|NULL"),
        ("date_stop", DATES, "0000-00-00 00:00:00", "date_stop!=|0000-00-00 00:00:00"),
        ("unsub_time", [str(1767348000 + each) for each in range(60)], "0", "unsub_time!=|0"),
        ("Nb désinscriptions", ["1", "2", "7"], "0", "Nb désinscriptions!=|0"),
        ("Abgemeldet am", ["02.01.2026", "3. Februar 2026"], "", "Abgemeldet am!="),
        ("Opt-out", [*DATES, "oui"], "non", "Opt-out!=|non"),
        ("Désabonné le", [f"{day} janvier 2026 à 10h30" for day in range(1, 29)], "", "Désabonné le!="),
        ("opt_out_date", [f"2026-01-{day:02d}T10:00:00.000+02:00" for day in range(1, 29)], "", "opt_out_date!="),
    ],
)
def test_who_has_a_date_of_leaving_has_left_and_the_others_have_not(tmp_path, header, dates, blank, where):
    """A filled date means gone, an empty one still subscribed; any number of different dates is proposed at once."""
    values = [*dates, blank, blank, blank]
    (guard,) = guards(tmp_path, header, values)
    assert where == proposed(guard)
    assert f"any other value ({len(dates)})" in str(guard)
    gone = list(range(len(dates)))
    assert gone == kept(tmp_path, header, values, where=(where,))
    assert gone == kept(tmp_path, header, values, where=ticked(tmp_path, guard))
    assert guards(tmp_path, header, dates) == ()


@pytest.mark.parametrize(
    "header", ["subscribed_at", "Date d'inscription", "opt_in_date", "Motif désinscription", "Date"]
)
def test_other_dates_say_nothing(tmp_path, header):
    """When somebody came is no matter: he may have left since."""
    assert guards(tmp_path, header, [*DATES, ""]) == ()


def test_a_text_that_no_one_can_sort_is_asked_about_and_not_proposed(tmp_path):
    """Under `Désinscription` any text may be a mark, and an empty cell is none: the person decides."""
    values = [*(f"par mail {number} du client" for number in range(50)), ""]
    (guard,) = guards(tmp_path, "Désinscription", values)
    assert proposed(guard) == "Désinscription=VALUE"
    assert [False, False] == [value.chosen for value in question_of(guard).values]


@pytest.mark.parametrize(
    ("headers", "rows", "options"),
    [
        ("Consentement e-mail;Consentement SMS", ["oui;non", "non;oui"], ["Consentement SMS=non"]),
        ("Consentement e-mail;Consentement SMS", ["oui;non", "non;non"], []),
        ("Accepts Marketing;Accepts SMS Marketing", ["yes;no", "no;no"], []),
        ("Accepts Marketing;Accepts SMS Marketing", ["yes;no", "no;yes"], ["Accepts SMS Marketing=no"]),
        ("newsletter;optin_sms", ["1;0", "0;1"], ["optin_sms=0"]),
        ("SMS;Statut", ["désabonné;abonné", ";abonné"], ["Statut=VALUE"]),
        ("Statut;Date désinscription", ["Désabonné;2026-01-02", "Désabonné;"], []),
        (
            "Statut;Date désinscription",
            ["Désabonné;2026-01-02", "Abonné;"],
            ["Statut=Désabonné", "Date désinscription!="],
        ),
        ("opt_in_date;opt_out_date", ["2026-01-01;2026-02-02", "2026-01-01;"], ["opt_out_date!="]),
        ("OPTIN_TIME;UNSUB_TIME;UNSUB_REASON", ["2026-01-01;2026-02-02;N/A", "2026-01-01;2026-02-03;"], []),
        ("Statut;Statut", ["désabonné;x", "abonné;y"], ["B=désabonné"]),
    ],
)
def test_of_several_columns_those_that_leave_something_open_ask(tmp_path, headers, rows, options):
    """What speaks of SMS counts before the rest, and a column that says that all are gone settles missing dates."""
    text = f"Mobile;{headers}\n" + "".join(f"061298{number:04d};{row}\n" for number, row in enumerate(rows))
    assert options == [proposed(guard) for guard in load_text(tmp_path, text).guards]


def test_a_few_who_are_subscribed_ask_among_many_of_whom_nothing_is_known(tmp_path):
    """A consent that most people were never asked for still says that two of them gave it."""
    (guard,) = guards(tmp_path, "Consentement SMS", ["Oui", "Oui", "Non", *["Inconnu"] * 30])
    assert (guard.subscribed, guard.gone) == (("Oui",), ("Non",))
    assert guards(tmp_path, "Abonnement", ["1", *["Mensuel"] * 30]) == ()


@pytest.mark.parametrize("rest", [";;\n", ";Total;2\n", "\\N;;\n", ";;Abonné\n"])
def test_rows_without_a_number_are_nobody_who_is_subscribed(tmp_path, rest):
    """Empty lines, sums and people without a number ask nothing where everybody else has left."""
    text = f"Mobile;Nom;Désinscrit\n0612980001;A;x\n{rest}0612980002;B;x\n"
    assert load_text(tmp_path, text).guards == ()
    assert len(load_text(tmp_path, text + "0612980003;C;\n").guards) == 1


@pytest.mark.parametrize(
    ("header", "gone", "here", "option"),
    [
        ('Statut "SMS"', "désabonné", "abonné", "--where 'Statut \"SMS\"=désabonné'"),
        ("Statut $HOME", "désabonné", "abonné", "--where 'Statut $HOME=désabonné'"),
        ("Statut `id`", "désabonné", "abonné", "--where 'Statut `id`=désabonné'"),
        ("STOP !", "oui", "non", '--where "STOP !=oui"'),
        ("Opt-out!x", "oui", "non", "--where 'Opt-out!x=oui'"),
        ("Opt-out (1=oui)", "1", "0", '--where "Opt-out (1=oui)=1"'),
        ("Statut", "désabonné|SMS", "abonné", '--where "Statut!=|abonné"'),
        ("Statut", "désabonné", "abonné|SMS", '--where "Statut=désabonné"'),
    ],
)
def test_a_proposal_can_be_pasted_into_a_shell(tmp_path, header, gone, here, option):
    """Signs of the shell are quoted, and so are the signs of `--where` itself."""
    (guard,) = guards(tmp_path, header, [gone, here])
    assert option == guard.option
    assert [0] == kept(tmp_path, header, [gone, here], where=(proposed(guard),))


def test_a_value_in_several_cases_is_proposed_once(tmp_path):
    """Conditions ignore case and accents, so that one writing stands for all."""
    (guard,) = guards(tmp_path, "Statut", ["STOP", "stop", "Stop ", "Actif"])
    assert proposed(guard) == "Statut=STOP"
    assert [0, 1, 2] == kept(tmp_path, "Statut", ["STOP", "stop", "Stop ", "Actif"], where=("Statut=STOP",))
