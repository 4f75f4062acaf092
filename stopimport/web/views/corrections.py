"""What the page shows on which rejects are corrected."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from stopimport.reporting.messages import figure
from stopimport.text.language import _, language_in_force, ngettext
from stopimport.vocabulary import REASONS, Reason
from stopimport.web.corrections import ROWS
from stopimport.web.views.regions import region_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.web.corrections import Found, Line

_SIGNS = {"good": "✓", "same": "=", "listed": "=", "bad": "!"}


@dataclass(frozen=True, slots=True)
class LinePart:
    """One rejected entry."""

    at: int
    place: str
    """Where it is, in words."""
    row: int
    kept: tuple[str, ...]
    input: str
    reason: str
    detail: str
    """Facts beside the reason; '' for none."""
    text: str
    aside: str
    found: Found
    sign: str
    told: str
    """What the text is, in words; '' where nothing is written."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was written so far, in words."""

    ready: int
    aside: int
    button: str
    sum: str


@dataclass(frozen=True, slots=True)
class WindowLink:
    """Another window of the rejects."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """The rejects of a draft or a run, to be corrected."""

    template: ClassVar[str] = "corrections.html"
    title: str
    back: str
    """Its own address."""
    home: str
    """The address of the draft or run."""
    total: int
    lines: tuple[LinePart, ...]
    keep: tuple[str, ...]
    """Headers of the other columns."""
    columns: tuple[tuple[str, bool], ...]
    """Headers that can be chosen, and whether they are."""
    figures: Figures
    windows: tuple[WindowLink, ...]
    window: int
    """Which one is shown, from 1."""
    needs_key: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What the page is about."""

    address: str
    draft: bool
    needs_key: bool = False
    columns: tuple[tuple[str, bool], ...] = ()


def corrections_page(
    work: Work, lines: Sequence[Line], keep: tuple[str, ...], total: int, counts: tuple[int, int], window: int
) -> CorrectionsPage:
    """Return what the page shows.

    Args:
        work: what it is about.
        lines: those of the window.
        keep: headers of the other columns.
        total: all rejects.
        counts: how many have a right number now, and how many are set aside anew.
        window: which one, from 1.
    """
    return CorrectionsPage(
        title=_("Correct the rejected numbers"),
        back=f"{work.address}/rejects",
        home=work.address,
        total=total,
        lines=tuple(map(line_part, lines)),
        keep=keep,
        columns=work.columns,
        figures=figures_of(counts, draft=work.draft),
        windows=_windows(total, window),
        window=window,
        needs_key=work.needs_key,
    )


def answer_of(lines: Sequence[Line], counts: tuple[int, int], *, draft: bool) -> dict[str, object]:
    """Return what the page's script is told about what was written."""
    parts = [line_part(line) for line in lines]
    rows = [{name: getattr(one, name) for name in ("at", "found", "sign", "told")} for one in parts]
    good = sum(one.found in {"good", "same", "listed"} for one in parts)
    news = parts[0].told if len(parts) == 1 else _pasted(len(parts), good)
    return {"rows": rows, "figures": asdict(figures_of(counts, draft=draft)), "news": news}


def line_part(line: Line) -> LinePart:
    """Return one rejected entry as the page shows it."""
    reject = line.reject
    place = " › ".join(part for part in (reject.place.file, reject.place.sheet) if part)
    return LinePart(
        at=line.at,
        place=f"{place}, {reject.place.column}",
        row=reject.place.row,
        kept=reject.kept,
        input=reject.input,
        reason=_(REASONS[Reason(reject.reason)].title),
        detail=_detail(reject.detail),
        text=line.text,
        aside=line.aside,
        found=line.found,
        sign=_SIGNS.get(line.found, ""),
        told=_told(line),
    )


def figures_of(counts: tuple[int, int], *, draft: bool) -> Figures:
    """Return what was written so far, in words."""
    ready, aside = counts
    if ready and draft:
        button = ngettext("Use the {count} corrected number", "Use the {count} corrected numbers", ready)
    elif ready:
        button = ngettext("Add the {count} corrected number", "Add the {count} corrected numbers", ready)
    else:
        button = _("Save")
    told = ngettext("{count} number corrected", "{count} numbers corrected", ready).format(count=figure(ready))
    if aside:
        told += " · " + ngettext("{count} set aside", "{count} set aside", aside).format(count=figure(aside))
    return Figures(ready, aside, button.format(count=figure(ready)), told)


def _told(line: Line) -> str:
    judged = line.judged
    if line.found == "bad":
        if judged.several:
            return _("There are several numbers here. Write one.")
        return " ".join(filter(None, (_(REASONS[Reason(judged.reason)].title) + ".", _detail(judged.detail))))
    if not line.found:
        return ""
    where = region_name(judged.region, language_in_force())
    number = f"{judged.number}, {where}" if where else judged.number
    if line.found == "same":
        return _("{number}. Already in this import: it counts once.").format(number=number)
    if line.found == "listed":
        return _("{number}. Already on the stop list, by another import.").format(number=number)
    return _("{number}. A valid number.").format(number=number)


def _detail(detail: str) -> str:
    """Return the facts beside a reason: the numbers that a text could be."""
    return _("It could be any of these: {numbers}.").format(numbers=detail) if detail.startswith("+") else ""


def _pasted(count: int, good: int) -> str:
    filled = ngettext("{count} cell filled", "{count} cells filled", count).format(count=figure(count))
    valid = ngettext("{count} valid number", "{count} valid numbers", good).format(count=figure(good))
    return f"{filled}, {valid}"


def _windows(total: int, window: int) -> tuple[WindowLink, ...]:
    """Return the links to the other windows: the first, the last, and those around this one."""
    last = -(-total // ROWS)
    wanted = sorted({1, window - 1, window, window + 1, last} & set(range(1, last + 1)))
    if len(wanted) < 2:
        return ()
    return tuple(WindowLink(one, f"{figure((one - 1) * ROWS + 1)}–{figure(min(one * ROWS, total))}") for one in wanted)
