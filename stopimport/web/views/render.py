"""From a page's context to HTML, in the language in force.

Each page has a context, a frozen dataclass beside this module: its fields are the names that its template may use,
and the only ones beside those of `PageFrame` and of what `environment` adds. A test holds templates to it.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from stopimport import vendor
from stopimport.reporting.messages import about, decimal, figure
from stopimport.templating import environment_of
from stopimport.text.language import LANGUAGES, _, language_in_force
from stopimport.vocabulary import REASONS, REPAIRS, Reason, Repair
from stopimport.web.choices import column_id, filter_id, value_id
from stopimport.web.safety import ROOT

if TYPE_CHECKING:
    import jinja2

    from stopimport.web.keys import KeyState
    from stopimport.web.texts import Text

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class PageHead:
    """What surrounds every page, for those who were let in: in templates ``page``."""

    csrf: str
    """For the field ``csrf`` of each form, or the header ``X-CSRF-Token``."""
    sandbox: bool
    """Whether everything goes to a practice API: a clear banner."""
    key: KeyState
    version: str
    runs_folder: str
    """Where the runs' folders are on this machine."""
    note: Text | None = None
    """What became of the last thing asked for outside drafts and runs (a key that cannot be right, say)."""
    person: str = ""
    """Who was let in, where the page is a team's; '' where it is one person's own."""
    language_is_set: bool = False
    """Whether a setting says which language is spoken, so that nobody changes it here."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What each template gets beside its context."""

    page: PageHead | None
    """None for somebody who was not let in."""
    language: str
    """The language in force."""
    other: str
    """The other one, to change to."""


class PageContext(Protocol):
    """What a page shows: a dataclass with one field for each name in its template."""

    template: ClassVar[str]
    """The whole page."""
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


class ChangingContext(PageContext, Protocol):
    """What a page shows that has a part which changes by itself."""

    part: ClassVar[str]
    """The template of that part."""


def render(context: PageContext, page: PageHead | None) -> str:
    """Return a page; `page` is None for somebody who is not known."""
    return _render(context.template, context, page)


def render_part(context: ChangingContext, page: PageHead) -> str:
    """Return the part of a page that changes."""
    return _render(context.part, context, page)


def _render(template: str, context: PageContext, page: PageHead | None) -> str:
    language = language_in_force()
    frame = PageFrame(page, language, other=next(one for one in LANGUAGES if one != language))
    return environment().get_template(template).render(_names(frame) | _names(context))


def _names(of: PageFrame | PageContext) -> dict[str, object]:
    """Return the fields of a dataclass by name: not `asdict`, which would make plain data of what they hold."""
    return {field.name: getattr(of, field.name) for field in fields(of)}


@cache
def environment() -> jinja2.Environment:
    """Return what renders the templates, with the filters and functions that they have."""
    made = environment_of(TEMPLATES)
    made.filters |= {
        "figure": figure,
        "decimal": decimal,
        "about": about,
        "moment": _moment,
        "size": _size,
        "reason": lambda word: REASONS[Reason(word)],
        "remedy": lambda word: _(REASONS[Reason(word)].remedy),
        "repair": lambda word: _(REPAIRS[Repair(word)].title),
    }
    made.globals |= {
        "_": _,
        "root": ROOT.get,
        "column_id": column_id,
        "filter_id": filter_id,
        "value_id": value_id,
        "vendor": vendor,
    }
    return made


def _moment(when: datetime | str) -> str:
    """Return a time as the clock on the wall shows it; a text that is not a time in ISO 8601 is left as it is."""
    try:
        moment = datetime.fromisoformat(when) if isinstance(when, str) else when
        return moment.astimezone().strftime(_("%Y-%m-%d %H:%M"))
    except (ValueError, OverflowError):
        return str(when)


def _size(count: int) -> str:
    """Return the size of a file in the unit that fits."""
    if count < 1_000_000:
        return _("{size} kB").format(size=figure(max(1, round(count / 1000))))
    return _("{size} MB").format(size=decimal(count / 1_000_000))
