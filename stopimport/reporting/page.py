"""The run for people: ``report.html``, one file that needs no network.

What is in it is put together here as plain data; the template only draws. The page allows itself no more than its
one style and its one script, named by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from stopimport import vendor
from stopimport.filenames import SUMMARY
from stopimport.reporting import advice, charts, record, timeline
from stopimport.reporting.headline import headline
from stopimport.reporting.messages import decimal, duration, figure
from stopimport.reporting.origins import countries, lines
from stopimport.reporting.pagewords import words
from stopimport.reporting.rejectrows import RejectRows, reject_rows
from stopimport.reporting.stages import stages
from stopimport.runs.folder import REPORT
from stopimport.text.language import N_, _, language_in_force
from stopimport.vocabulary import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import jinja2
    import numpy as np
    import pyarrow as pa
    from markupsafe import Markup
    from numpy.typing import NDArray

    from stopimport.reporting.headline import Clause
    from stopimport.reporting.origins import Origins, Share
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.summary import Summary
    from stopimport.vocabulary import Tone

_OPTION = re.compile(r"--[a-z][a-z-]*")
_TEMPLATES = Path(__file__).parent / "templates"

_GONE = N_("The personal data was deleted: neither rows nor phone numbers are shown here.")
_NONE_SENT = N_("No number had to be sent.", N_("No number had to be added."))


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that the report is made of."""

    summary: Summary
    files: Mapping[str, Path]
    """The run's files, by the names that they should have."""
    origins: Origins
    sent_at: NDArray[np.float64]
    """Unix times of the calls that were made."""
    rejects: pa.Table
    """The first of them; see `tables.rejects_table`."""
    rejected: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class _Reason:
    title: str
    meaning: str
    remedy: str
    count: int
    part: float
    """Of the most frequent reason, 0 to 1."""


def render(facts: PageFacts) -> str:
    """Return the report as HTML in the language in force."""
    view = _view(facts)
    style, script = _inline("colours.css") + _inline("report.css"), _inline("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            {each.name: getattr(view, each.name) for each in fields(view)},
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


@cache
def _environment() -> jinja2.Environment:
    """Return what renders it: a job that makes many reports reads its templates once."""
    from stopimport.templating import environment_of  # noqa: PLC0415 - jinja2, which only a report needs

    environment = environment_of(_TEMPLATES)
    environment.filters |= {"figure": figure, "decimal": decimal, "options": _unbroken}
    return environment


def _unbroken(text: str) -> Markup:
    """Return `text` so that no line ends within the name of an option."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - the templates' escaping, which only a report needs

    return Markup(_OPTION.sub(r'<span class="option">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped above


def _inline(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _view(facts: PageFacts) -> _View:
    """Make what the template shows."""
    summary, run = facts.summary, facts.summary.facts
    whole = run.shows_numbers and not run.deleted
    said = words() | ({"none": _(_GONE)} if run.deleted else {})
    return _View(
        language=language_in_force(),
        words=said,
        title=said["title"].format(run=run.run),
        run=run.run,
        when=record.moment(run.finished_at) if run.finished_at else "",
        clauses=headline(summary),
        state=_(run.state_now.sentence),
        tone=run.state_now.tone,
        why="" if run.deleted else run.why,
        practice=_practice(run),
        steps=() if run.deleted else advice.next_steps(summary, facts.files),
        links=_links(run, facts.files),
        hint=advice.excel_hint(facts.files),
        notices=run.notices,
        flows=_flows(summary),
        counts=record.counted(summary.counts),
        reasons=_reasons(summary.rejects_by_reason),
        sending=_sending(facts),
        countries=countries(facts.origins),
        lines=lines(facts.origins),
        rejects=_rejects(facts, whole=whole),
        about=record.about(run),
        settings=record.settings(run.settings),
        inputs=record.inputs(run),
        privacy=_(_GONE) if run.deleted else said["whole" if whole else "masked"],
        end=said["end"].format(version=run.version),
    )


def _practice(run: RunFacts) -> str:
    """Return the warning of a run that did not reach the vendor; '' for one that did, or sent nothing."""
    if run.sandbox:
        return _(record.PRACTICE)
    if run.base_url.rstrip("/") != vendor.URL and run.requests.sent:
        return _("The numbers went to {address}, not to {vendor}.").format(address=run.base_url)
    return ""


def _links(run: RunFacts, files: Mapping[str, Path]) -> tuple[_Link, ...]:
    """Return the files that people open; a list of missing numbers only if some are missing."""
    order = list(advice.FILES)
    passed = {REPORT, SUMMARY} | (set() if run.missing else {"missing.csv"})
    known = [(name, path) for name, path in files.items() if name.partition(".")[0] in order and name not in passed]
    known.sort(key=lambda item: order.index(item[0].partition(".")[0]))
    return tuple(_Link(quote(path.name), path.name, advice.what_it_is(name)) for name, path in known)


def _flows(summary: Summary) -> tuple[charts.Flow, ...]:
    """Return the flow picture for wide and for narrow screens; none where nothing was read."""
    if not summary.counts.rows:
        return ()
    through = stages(summary)
    return charts.flow(through, charts.WIDE), charts.flow(through, charts.NARROW)


def _reasons(by_reason: Mapping[str, int]) -> tuple[_Reason, ...]:
    most = max(by_reason.values(), default=1)
    found = sorted(by_reason.items(), key=lambda item: -item[1])
    terms = [(REASONS[Reason(reason)], count) for reason, count in found]
    return tuple(_Reason(_(term.title), _(term.meaning), _(term.remedy), count, count / most) for term, count in terms)


@dataclass(frozen=True, slots=True)
class _Sending:
    told: str
    charts: Sequence[timeline.Timeline]
    limit: str
    unit: str
    spans: tuple[tuple[str, str], ...]
    """Begin and end of each sitting."""


@dataclass(frozen=True, slots=True)
class _View:
    """What the template shows; it knows nothing else but style and script."""

    language: str
    words: Mapping[str, str]
    """The fixed ones."""
    title: str
    run: str
    when: str
    clauses: tuple[Clause, ...]
    """Of the headline."""
    state: str
    """The state in a sentence."""
    tone: Tone
    why: str
    """What stopped the run; '' if nothing."""
    practice: str
    """A warning where nothing reached the vendor; '' elsewhere."""
    steps: Sequence[advice.Step]
    """What there is to do next."""
    links: tuple[_Link, ...]
    """To the files that people open."""
    hint: str
    """For people with Excel; '' if there is nothing to know."""
    notices: tuple[str, ...]
    flows: tuple[charts.Flow, ...]
    """The flow picture for wide and narrow screens; none where nothing was read."""
    counts: record.Pairs
    reasons: tuple[_Reason, ...]
    sending: _Sending
    countries: tuple[Share, ...]
    lines: tuple[Share, ...]
    rejects: RejectRows
    about: record.Pairs
    """When, where and how."""
    settings: tuple[record.SettingRecord, ...]
    inputs: tuple[record.FileRecord, ...]
    privacy: str
    """Whether phone numbers are whole, in a sentence."""
    end: str
    """The last line."""


def _sending(facts: PageFacts) -> _Sending:
    paces = facts.summary.facts.sittings
    drawn = [timeline.timeline(facts.sent_at, paces, plot) for plot in (timeline.WIDE, timeline.NARROW)]
    shown = [chart for chart in drawn if chart is not None]
    minutes = any(pace.window > 1 for pace in paces)
    limits = dict.fromkeys(decimal(pace.rate) for pace in paces)
    limit = ""
    if paces:
        told = _("limit: {rate} per minute") if minutes else _("limit: {rate} per second")
        limit = told.format(rate=" → ".join(limits))
    requests = facts.summary.facts.requests
    if not requests.sent:
        return _Sending(_(_NONE_SENT), (), "", "", ())
    told = _(
        "Calls: {calls} in {time}, {rate} per second. Calls that were repeated are drawn once, at their last attempt."
    )
    spent = requests.sent / requests.per_second if requests.per_second else 0.0
    words = told.format(calls=figure(requests.sent), time=duration(spent), rate=decimal(requests.per_second))
    spans = tuple((record.hour(part.begun), record.hour(part.ended)) for part in (shown[0].sittings if shown else ()))
    unit = _("numbers per minute") if minutes else _("numbers per second")
    return _Sending(words, shown, limit, unit, spans)


def _rejects(facts: PageFacts, *, whole: bool) -> RejectRows:
    rows = reject_rows(facts.rejects, facts.rejected, whole=whole)
    path = advice.to_correct(facts.files)
    if path is None:
        return rows
    return replace(rows, href=quote(path.name), file=path.name)
