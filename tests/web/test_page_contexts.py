"""A page's context is all that its template may use, and nothing in it is there for nobody."""

from __future__ import annotations

from dataclasses import fields

import pytest
from jinja2 import meta, nodes

from stopimport.web.views.access import MessagePage, QuitPage
from stopimport.web.views.corrections import CorrectionsPage
from stopimport.web.views.draft import DraftPage
from stopimport.web.views.render import TEMPLATES, PageFrame, environment, render
from stopimport.web.views.run import RunPage
from stopimport.web.views.search import CertificatePage, SearchPage
from stopimport.web.views.start import ErrorPage, OpeningPage, RunsPage, StartPage

CONTEXTS = (
    StartPage,
    RunsPage,
    DraftPage,
    CorrectionsPage,
    RunPage,
    SearchPage,
    CertificatePage,
    ErrorPage,
    OpeningPage,
    QuitPage,
    MessagePage,
)
ALWAYS = set(environment().globals)


def parsed(name):
    """Return a template as a tree."""
    return environment().parse((TEMPLATES / name).read_text("utf-8"))


def family(name):
    """Return the trees of a template and of all that it extends or includes."""
    trees, waiting = {}, [name]
    while waiting:
        name = waiting.pop()
        trees[name] = parsed(name)
        of = [*trees[name].find_all(nodes.Include), *trees[name].find_all(nodes.Extends)]
        waiting += [one.template.value for one in of if one.template.value not in trees]
    return trees


def names_of(name):
    """Return the names that a template and its parts want from outside."""
    trees = family(name).values()
    wanted = {name for tree in trees for name in meta.find_undeclared_variables(tree)}
    # What one template sets (a loop's name, say) is there for those that it includes.
    stored = {each.name for tree in trees for each in tree.find_all(nodes.Name) if each.ctx == "store"}
    stored |= {macro.name for tree in trees for macro in tree.find_all(nodes.Macro)}
    stored |= {imported.target for tree in trees for imported in tree.find_all(nodes.Import)}
    return wanted, stored


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_a_template_uses_its_context_and_no_more(context):
    """Every name is a field of the context or of the frame, and every field of the context is used."""
    own, framed = ({field.name for field in fields(one)} for one in (context, PageFrame))
    wanted, stored = names_of(context.template)

    assert set() == wanted - stored - own - framed - ALWAYS
    assert set() == own - wanted


@pytest.mark.parametrize("context", [one for one in CONTEXTS if hasattr(one, "part")], ids=lambda one: one.__name__)
def test_the_part_that_changes_is_a_part_of_the_page(context):
    """What is exchanged is what the whole page includes, so both show the same."""
    assert context.part in family(context.template)


def test_shared_parts_use_what_they_are_given():
    """Macros know nothing of the page around them."""
    assert ALWAYS >= meta.find_undeclared_variables(parsed("parts.html"))


def test_all_templates_belong_to_a_page():
    """No template is left that nobody shows."""
    shown = {name for context in CONTEXTS for name in family(context.template)}
    assert {path.name for path in TEMPLATES.iterdir()} == shown | {"parts.html"}


def test_a_name_that_is_in_no_context_is_found():
    """The look for names sees those in loops, in attributes and behind filters."""
    tree = environment().parse("{% for one in draft.files %}{{ one | figure }} {{ wrong }}{% endfor %}{{ other.name }}")
    assert {"draft", "wrong", "other"} == meta.find_undeclared_variables(tree)


def test_texts_are_marked_where_they_stand():
    """A sentence on the page occurs once, in its template, and is shown in the language in force."""
    assert "One moment, please." in render(OpeningPage(), None)
    assert "One moment, please." in (TEMPLATES / "opening.html").read_text("utf-8")
