"""The API key: entered once, kept where the person says, and never sent back."""

from __future__ import annotations

from effort import EXHAUSTIVE
from served import csv_of, serving, words


@EXHAUSTIVE
def test_a_key_is_asked_for_once_and_kept_in_the_keyring(program, practice, keyring):
    """The next server finds it there; forgetting it takes it out."""
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url}
    with serving(program) as served:
        served.enter().post("/key", {"key": f" {practice.key}\n", "keep": "1", "back": "/"})
        assert [practice.key] == keyring()
    with serving(program, "--rate", "100/s") as served:
        run = served.enter().send(served.draft(("crm.csv", csv_of(2))))
        served.settled(run)
        assert practice.key not in served.client.get("/").text
        served.post("/key/forget", {"back": "/"})
        assert [] == keyring()
        draft = served.draft(("b.csv", csv_of(1, 50)))
        assert draft == served.post(f"{draft}/send").headers["location"]

    assert 2 == len(practice.entries())


@EXHAUSTIVE
def test_a_key_that_shall_not_be_kept_is_forgotten_with_the_server(program, practice, keyring):
    """It was in memory only."""
    with serving(program) as served:
        served.enter().post("/key", {"key": practice.key, "back": "/"})
        assert [] == keyring()
    with serving(program) as served:
        draft = served.enter().draft(("crm.csv", csv_of(2)))
        assert draft == served.post(f"{draft}/send").headers["location"]


@EXHAUSTIVE
def test_a_key_that_the_server_was_given_cannot_be_forgotten_on_the_page(program, page):
    """Whoever set the variable has it in hand."""
    page.post("/key/forget", {"back": "/"})
    run = page.send(page.draft(("crm.csv", csv_of(1))))

    assert page.settled(run)


def test_a_wrong_key_is_refused_when_it_is_entered(program, practice):
    """The next page says why, and there is no key."""
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url}
    with serving(program) as served:
        served.enter().post("/key", {"key": "another-key", "back": "/"})
        shown = served.client.get("/").text
        assert "This key is not used. SMS Partner refuses this account" in words(shown)
        assert "another-key" not in shown
        assert "No API key yet" in words(served.client.get("/").text)


@EXHAUSTIVE
def test_an_account_can_be_given_a_name(program, practice):
    """It is shown, and stands in what is kept of its runs."""
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url}
    with serving(program, "--rate", "100/s") as served:
        served.enter().post("/key", {"key": practice.key, "account": " Boutique  Lyon ", "back": "/"})
        assert "Account Boutique Lyon" in words(served.client.get("/").text)
        run = served.send(served.draft(("crm.csv", csv_of(2))))
        served.settled(run)

    [folder] = (program.folder / "stopimport-runs").iterdir()
    assert "Boutique Lyon" == program.summary(folder)["account_name"]
    assert 2 == len(practice.entries())


@EXHAUSTIVE
def test_a_network_that_is_away_makes_no_key_wrong(program):
    """It is taken, and the page says that nobody could check it."""
    program.environment |= {"STOPIMPORT_BASE_URL": "http://127.0.0.1:9"}
    with serving(program) as served:
        served.enter().post("/key", {"key": "some-key", "back": "/"})
        shown = words(served.client.get("/").text)

    assert "The key is in use, but could not be checked" in shown
    assert "No API key yet" not in shown


@EXHAUSTIVE
def test_the_accounts_name_is_kept_with_the_key(program, practice, keyring):
    """The next server finds both in the keyring, and forgets both; a name in the settings goes before."""
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url}
    with serving(program) as served:
        served.enter().post("/key", {"key": practice.key, "keep": "1", "account": "Boutique Lyon", "back": "/"})
    with serving(program, "--account", "Siège") as served:
        assert "Account Siège" in words(served.enter().client.get("/").text)
        served.settled(served.send(served.draft(("crm.csv", csv_of(1)))))
    [folder] = (program.folder / "stopimport-runs").iterdir()
    assert "Siège" == program.summary(folder)["account_name"]
    with serving(program) as served:
        assert "Account Boutique Lyon" in words(served.enter().client.get("/").text)
        served.post("/key/forget", {"back": "/"})
        assert [] == keyring()


def test_what_cannot_be_a_key_is_told_without_showing_it(shared_page):
    """On the page that it was typed on, once."""
    shared_page.post("/key", {"key": "clé secrète", "back": "/"})
    shown = [shared_page.client.get("/").text for _ in range(2)]

    assert ["key" in page and "is not valid" in page for page in shown] == [True, False]
    assert not any("secrète" in page for page in shown)
