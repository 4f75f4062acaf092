"""The pages lead where they say, and are as long as they should be."""

from __future__ import annotations

import pytest
from docs_pages import LISEZMOI, PAGES, README, ROOT, anchors, headings, links, prose


def led_to(page):
    """Return the files of the repository that a page leads to, each with the heading named, or nothing."""
    inside = [link.partition("#") for link in links(page.read_text("utf-8")) if "://" not in link]
    return [((page.parent / name).resolve() if name else page, anchor) for name, _, anchor in inside]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Each link within the repository names a file that exists, and a heading in it."""
    for file, anchor in led_to(page):
        assert file.is_relative_to(ROOT)
        assert file.exists()
        assert not anchor or anchor in anchors(file.read_text("utf-8"))


def test_every_page_can_be_reached():
    """From the README, in as many steps as it takes."""
    reached, new = set(), {README}
    while new:
        reached |= new
        new = {file for page in new for file, _anchor in led_to(page) if file in PAGES} - reached
    assert set() == set(PAGES) - reached


def test_headings_are_told_apart():
    """No page has two headings with one anchor: a link to the second would lead to the first."""
    for page in PAGES:
        text = page.read_text("utf-8")
        assert len(headings(text)) == len(anchors(text)), page.name


def test_the_look_for_links_finds_them():
    """The checks above see links, pictures in links, and headings as GitHub writes them; not what is in blocks."""
    text = '# It\'s "one" (of 2)\n[a](b.md#c) [![d](e.png)](f)\n```sh\n# no heading [g](h)\n```\n'
    assert links(text) == ["b.md#c", "e.png", "f"]
    assert anchors(text) == {"its-one-of-2"}
    assert "no heading" not in prose(text)


@pytest.mark.parametrize("page", [README, LISEZMOI], ids=lambda page: page.name)
def test_the_readme_is_short(page):
    """It is for those who want to begin."""
    assert len(page.read_text("utf-8").splitlines()) <= 150
