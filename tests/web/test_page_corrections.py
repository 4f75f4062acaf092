"""Correcting rejects without the page's script, and what cannot be corrected."""

from __future__ import annotations

import re

from effort import EXHAUSTIVE
from served import words

EXPORT = b"Nom;Mobile\nA;0600001001\nB;06 00\nC;voir A\nD;0600001004\n"


def value_of(text, name):
    """Return what a field holds."""
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)[1]


@EXHAUSTIVE
def test_without_a_script_a_form_does(practising):
    """What is written is checked by a form, kept while the language changes, and used; what is wrong stays a reject."""
    draft = practising.draft(("a.csv", EXPORT))
    grid = f"{draft}/rejects"
    answer = practising.post(grid, {"n0": "06 00 00 10 02", "a0": "", "n1": "06", "a1": "no answer", "window": "1"})
    assert (303, f"{grid}?window=1") == (answer.status_code, answer.headers["location"])
    practising.post("/language", {"language": "fr", "back": grid})
    page = practising.client.get(grid).text
    assert ["06 00 00 10 02", "06", "no answer"] == [value_of(page, name) for name in ("n0", "n1", "a1")]
    told = words(page)
    assert "+33600001002, France. Numéro valide." in told
    assert "Pas un numéro de téléphone." in told
    assert "Utiliser 1 numéro corrigé" in told
    assert practising.post(f"{grid}/use", {}).headers["location"].endswith(draft)
    practising.settled(draft)
    told = words(practising.client.get(draft).text)
    assert "Corrigés par vous : 1" in told.replace("\xa0", " ")
    run = practising.send(draft)
    practising.settled(run)
    page = practising.client.get(f"{run}/rejects").text
    assert ["", "no answer"] == [value_of(page, name) for name in ("n0", "a0")]
    assert 422 == practising.post(f"{run}/rejects", {"n1234567890": "0600001002"}).status_code
    assert 409 == practising.post(f"{run}/rejects/use", {}).status_code


@EXHAUSTIVE
def test_what_is_undone_or_unknown_cannot_be_corrected(practising):
    """A run that was undone, one that is none, and one without rejects are no grid."""
    assert 404 == practising.client.get("/runs/none/rejects").status_code
    run = practising.send(practising.draft(("a.csv", b"Mobile\n0600001001\n")))
    practising.settled(run)
    assert 409 == practising.client.get(f"{run}/rejects").status_code
