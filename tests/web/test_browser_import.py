"""The whole way in a real browser: dropping files, choosing, deciding, sending, taking the results home."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from browsing import choose, ended, focused, send, settled, tab_to, violations
from effort import EXHAUSTIVE
from playwright.sync_api import expect
from served import csv_of

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
STATUS = "Nom;Mobile;Statut SMS\nA;0600001001;Désinscrit\nB;0600001002;Abonné\nC;0600001003;Désinscrit\n"
TWO = "Nom;Mobile 1;Mobile 2\nA;0600001001;0600001002\nB;0600001003;0600001004\n"


def file(name, text):
    """Return a file to choose."""
    return {"name": name, "mimeType": "text/csv", "buffer": text if isinstance(text, bytes) else text.encode()}


def told(page, label):
    """Return the figure with a label."""
    return page.locator(".counts div", has_text=label).locator("dd").inner_text()


def test_dropped_csv(practice_page, visit, tmp_path):
    """A CSV is dropped, looked at, sent, and its results are taken home; the banner is on every page."""
    page = visit(practice_page)
    banner = page.get_by_text("Nothing reaches SMS Partner. Try whatever you like.").first
    expect(banner).to_be_visible()
    text = (SAMPLES / "export-crm.csv").read_bytes().decode("latin-1")
    transfer = page.evaluate_handle(
        """text => {
            const bytes = Uint8Array.from(text, sign => sign.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "export-crm.csv"));
            return transfer;
        }""",
        text,
    )
    page.dispatch_event("#drop", "dragenter", {"dataTransfer": transfer})
    expect(page.locator("body")).to_have_class("dragging")
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    page.wait_for_url(re.compile("/drafts/"))
    settled(page)
    facts = page.locator(".facts").inner_text()
    assert "Portable (recognised by its header)" in facts.replace("\n", " ")
    assert "semicolon ;" in facts
    assert page.locator("th.phone .name").inner_text() == "Portable"
    assert page.locator("td.phone").first.inner_text() == "06 00 00 10 01"
    assert told(page, "Numbers to add") == "25"
    assert "c.bourgoin@example.com" in page.locator(".reasons").inner_text()
    expect(banner).to_be_visible()
    send(page)
    ended(page)
    expect(banner).to_be_visible()
    assert "25 numbers would receive no more SMS" in page.locator("h1").inner_text()
    first = page.locator(".files a").first
    with page.expect_download() as saved:
        first.click()
    saved.value.save_as(tmp_path / "results.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "results.xlsx").worksheets[0].values)
    assert {row[rows[0].index("status")] for row in rows[1:]} == {"added", "duplicate"}
    with page.expect_popup() as report:
        page.get_by_role("link", name="report.html").click()
    expect(report.value.locator("h1")).to_contain_text("25 numbers would receive no more SMS")


@EXHAUSTIVE
def test_workbook_by_keyboard_alone(practice_page, visit):
    """A workbook goes the whole way without a mouse, and the focus is always where the news is."""
    page = visit(practice_page)
    # Listened for beforehand: the browser has to know by the time of the key that no window may open.
    page.on("filechooser", lambda _chooser: None)
    tab_to(page, page.locator("#files"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(SAMPLES / "centre-appels.xlsx")
    page.wait_for_url(re.compile("/drafts/"))
    settled(page)
    while page.get_by_role("button", name="Leave them out").count():
        assert focused(page).endswith("Should hidden rows be imported?")
        tab_to(page, page.get_by_role("button", name="Leave them out"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Leave them out")).to_have_count(0)
        settled(page)
    assert focused(page) == "Check before adding"
    tab_to(page, page.locator(".scroll").first)
    tab_to(page, page.locator("#go-on"), most=200)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/runs/"))
    expect(page.locator("h1")).to_contain_text(re.compile(r"Add \d+ numbers to the stop list\?"))
    tab_to(page, page.locator("#yes"))
    page.keyboard.press("Enter")
    ended(page)
    expect(page.locator("h1")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="results.xlsx"))


@EXHAUSTIVE
def test_choosing_another_column(practice_page, visit):
    """A click on another column counts again; what is found there is told to those who do not see it."""
    page = visit(practice_page)
    choose(page, SAMPLES / "export-crm.csv")
    page.get_by_role("button", name="Use this column: Tél. fixe").click()
    expect(page.locator("#news")).to_have_text("Numbers to add: 1; duplicates: 0; rejected: 9.")
    expect(page.locator("th.phone .choose")).to_be_focused()
    assert page.locator("th.phone .name").inner_text() == "Tél. fixe"
    page.get_by_role("button", name="Use this column: Portable").click()
    expect(page.locator("#news")).to_have_text("Numbers to add: 25; duplicates: 1; rejected: 9.")
    assert "Portable (chosen by you)" in page.locator(".facts").inner_text().replace("\n", " ")


@EXHAUSTIVE
def test_choosing_rows(practice_page, visit):
    """Unticking a value leaves its rows out, and the counts change; the list stays open and the focus where it was."""
    page = visit(practice_page)
    choose(page, file("a.csv", "Mobile;Ville\n0600001001;Lyon\n0600001002;Paris\n0600001003;Lyon\n"))
    assert told(page, "Numbers to add") == "3"
    page.get_by_text("Import only some rows").click()
    page.get_by_role("checkbox", name="Paris").focus()
    page.keyboard.press("Space")
    expect(page.locator("#news")).to_have_text("Numbers to add: 2; duplicates: 0; rejected: 0.")
    assert told(page, "Rows left out") == "1"
    expect(page.get_by_role("checkbox", name="Paris")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Paris")).not_to_be_checked()


@EXHAUSTIVE
def test_choosing_sheets(practice_page, visit):
    """Of a workbook's sheets those are imported that are ticked."""
    book = openpyxl.Workbook()
    for name, numbers in (("Mars", ("0600001001",)), ("Avril", ("0600001002", "0600001003"))):
        sheet = book.create_sheet(name)
        for row in ("Mobile", *numbers):
            sheet.append([row])
    book.remove(book.worksheets[0])
    content = io.BytesIO()
    book.save(content)
    page = visit(practice_page)
    choose(page, file("a.xlsx", content.getvalue()))
    assert told(page, "Numbers to add") == "3"
    page.get_by_text("Sheets", exact=True).click()
    page.get_by_role("checkbox", name="Mars").click()
    expect(page.locator("#news")).to_have_text("Numbers to add: 2; duplicates: 0; rejected: 0.")


def test_people_still_subscribed(practice_page, visit):
    """A status column is a question: the values of those who left are ticked, and only their rows are imported."""
    page = visit(practice_page)
    choose(page, file("a.csv", STATUS))
    assert focused(page).endswith("Who should be added?")
    card = page.locator(".said", has_text="Who should be added?")
    expect(card.get_by_role("checkbox", name=re.compile("Désinscrit"))).to_be_checked()
    expect(card.get_by_role("checkbox", name=re.compile("Abonné"))).not_to_be_checked()
    assert "still subscribed" in card.locator("label", has_text="Abonné").inner_text()
    expect(page.locator("#go-on")).to_be_disabled()
    card.get_by_role("button", name="Import the ticked ones").click()
    expect(page.locator("#go-on")).to_be_enabled()
    assert told(page, "Numbers to add") == "2"


@EXHAUSTIVE
def test_several_phone_columns(practice_page, visit):
    """Several phone columns are a question, with what is in them; both can be taken."""
    page = visit(practice_page)
    choose(page, file("a.csv", TWO))
    card = page.locator(".said", has_text="Which column holds the phone numbers?")
    assert "0600001002, 0600001004" in card.inner_text()
    for name in ("Mobile 1", "Mobile 2"):
        card.get_by_role("checkbox", name=re.compile(name)).check()
    card.get_by_role("button", name="Use the ticked columns").click()
    expect(page.locator("#go-on")).to_be_enabled()
    assert told(page, "Numbers to add") == "4"
    assert page.locator("th.phone .name").all_inner_texts() == ["Mobile 1", "Mobile 2"]


@EXHAUSTIVE
def test_too_many_rejects(practice_page, visit):
    """Where most is rejected the probable cause is told, and 'that is right' imports the others."""
    rows = "".join(f"05600000{n:02}\n" for n in range(20))
    page = visit(practice_page)
    choose(page, file("a.csv", f"Mobile\n0600001001\n{rows}"))
    card = page.locator(".said", has_text="Are these the right numbers?")
    assert "They look like landlines, or like numbers of another country." in card.inner_text()
    card.get_by_role("button", name="Yes, import the valid ones").click()
    expect(page.locator("#go-on")).to_be_enabled()
    assert told(page, "Numbers to add") == "1"
    assert told(page, "Rejected") == "20"


@EXHAUSTIVE
def test_questions_answered_on_the_spot(practice_page, visit):
    """On a dark phone, by keyboard: a bad file is taken out, a country chosen, a sheet left out; counts follow."""
    page = visit(practice_page, "dark", 390, locale="fr-FR")
    book = openpyxl.Workbook()
    for name, cells in (("Mars", [f"0470 00 00 {n:02}" for n in range(20)]), ("Avril", ["0600001001", "0470001002"])):
        sheet = book.create_sheet(name)
        for cell in ("Mobile", *cells):
            sheet.append([cell])
    book.remove(book.worksheets[0])
    content = io.BytesIO()
    book.save(content)
    choose(page, file("a.xlsx", content.getvalue()), file("b.xls", "<html><table></table></html>"))
    assert focused(page) == "Ce fichier ne peut pas être importé tel quel"
    assert [] == violations(page)

    def press(name):
        tab_to(page, page.get_by_role("button", name=name).first)
        page.keyboard.press("Enter")
        settled(page)

    press("Retirer b.xls")
    expect(page.locator(".said:visible h2").first).to_be_focused()
    card = page.locator(".said:visible").first
    reason, answer = card.locator(".examples code").first, page.get_by_role("button", name="Belgique (20 sur 20")
    expect(reason).to_have_text("0470 00 00 00")
    assert reason.bounding_box()["y"] < answer.bounding_box()["y"]
    press(re.compile("Belgique"))
    expect(page.locator("#go-on")).to_be_enabled()
    assert told(page, "Numéros à ajouter") == "21"
    press("Écarter cette feuille : a.xlsx › Mars")
    expect(page.locator("#news")).to_have_text(re.compile("Numéros à ajouter.: 1\\b"))
    press(re.compile("Importer cette feuille"))
    expect(page.locator("#news")).to_have_text(re.compile("Numéros à ajouter.: 21"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [] == violations(page)


@EXHAUSTIVE
def test_tidying_up(practice_page, visit):
    """By keyboard, in French on a phone: a draft is thrown away, an import found by its file, and its data deleted."""
    page = visit(practice_page, "light", 390, locale="fr-FR")
    choose(page, file("un.csv", csv_of(2)))
    page.get_by_role("link", name="stopimport").click()
    expect(page.get_by_text(re.compile("Conservé jusqu’au"))).to_be_visible()
    assert [] == violations(page)
    tab_to(page, page.get_by_role("button", name="Abandonner : un.csv"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("un.csv")).to_have_count(0)
    expect(page.get_by_text("Aucun import")).to_be_visible()
    page.locator("html.ready").wait_for()
    choose(page, file("deux.csv", csv_of(2)))
    send(page)
    ended(page)
    page.get_by_role("link", name="Retour à l’accueil").click()
    page.get_by_role("link", name="Chercher un import").click()
    page.get_by_label("Nom d’un fichier").fill("DEUX")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 import trouvé")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Ouvrir : deux")).click()
    page.get_by_text("Supprimer cet import").click()
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("checkbox", name="Oui, supprimer"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Les données personnelles de cet import ont été supprimées"))).to_be_visible()
    assert [] == violations(page)
    assert ["report.html"] == page.locator(".files:visible a").all_inner_texts()
    # It is open still.
    page.get_by_role("radio", name=re.compile("Tout")).check()
    page.get_by_role("checkbox", name="Oui, supprimer").check()
    page.get_by_role("button", name="Supprimer", exact=True).click()
    expect(page.get_by_text("Aucun import")).to_be_visible()


@EXHAUSTIVE
def test_another_country(practice_page, visit):
    """The country is chosen by its name, and the numbers are read as its own."""
    page = visit(practice_page)
    choose(page, file("a.csv", "Mobile\n0470000212\n0471000213\n"))
    page.get_by_text("File misread? Adjust the reading").click()
    page.get_by_label("Country of numbers without a country code").select_option(label="Belgium")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("#news")).to_have_text("Numbers to add: 2; duplicates: 0; rejected: 0.")


@EXHAUSTIVE
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv is empty (0 bytes)"),
        ("page.xls", b"<html><body><table></table></body></html>", "page.xls is a web page (HTML)"),
        ("names.csv", b"Nom;Ville\nAubrac;Lyon\n", "No column with phone numbers was found in names.csv"),
    ],
)
def test_bad_file(practice_page, visit, name, content, sentence):
    """A file that cannot be used is told in plain words, and other files can be chosen."""
    page = visit(practice_page)
    choose(page, file(name, content))
    assert focused(page) == "This file cannot be imported as it is"
    assert sentence in page.locator(".said:visible").first.inner_text()
    assert "--" not in page.locator(".said:visible").first.inner_text()
    page.get_by_role("button", name="Choose other files").click()
    expect(page.locator("#files")).to_be_attached()


@EXHAUSTIVE
def test_too_large(practice_page, visit):
    """An upload that is refused is told on the spot, and the files can be chosen again."""
    page = visit(practice_page)
    page.route("**/drafts", lambda route: route.fulfill(status=413, body="<p data-problem>Too large.</p>"))
    page.set_input_files("#files", SAMPLES / "boutique.csv")
    expect(page.locator("[data-part-of-drop=problem]")).to_have_text("Too large.")
    expect(page.locator("[data-part-of-drop=problem]")).to_be_focused()
    expect(page.get_by_text("Drop your files here")).to_be_visible()


def test_many_people_are_typed(practice_page, visit):
    """Over a thousand numbers are confirmed by typing how many; another number is not taken."""
    page = visit(practice_page)
    choose(page, file("a.csv", csv_of(1001)))
    page.locator("#go-on").click()
    field = page.get_by_label("That is a lot of numbers. Type the number to confirm: 1,001")
    field.fill("1000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is a different number.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("1 001")
    page.keyboard.press("Enter")
    expect(page.locator("#do-stop")).to_be_visible()
    page.locator("#do-stop").click()
    ended(page)


@EXHAUSTIVE
def test_saying_no(practice_page, visit):
    """Whoever says no is back at the draft, and nothing was sent."""
    page = visit(practice_page)
    choose(page, file("a.csv", csv_of(3)))
    page.locator("#go-on").click()
    page.locator("#no").click()
    page.wait_for_url(re.compile("/drafts/"))
    expect(page.locator("#go-on")).to_be_enabled()


@EXHAUSTIVE
def test_french(practice_page, visit):
    """A French browser gets the page in French, and a click changes the language."""
    page = visit(practice_page, locale="fr-FR")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("h1").inner_text() == "Ajoutez à la liste STOP tous ceux qui ont répondu STOP"
    choose(page, SAMPLES / "export-crm.csv")
    expect(page.get_by_role("button", name="Continuer")).to_be_enabled()
    assert "25 numéros à ajouter" in page.locator(".bar").inner_text()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Check before adding")
    assert page.locator("html").get_attribute("lang") == "en"
