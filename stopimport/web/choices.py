"""What the person chooses about a draft: from the fields of a form to the settings of a check."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from stopimport.loading.columns.words import fold
from stopimport.web.errors import BadForm
from stopimport.web.state import Options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stopimport.web.state import Filter, Look

Form = dict[str, list[str]]
"""The fields of a form; each may stand several times."""
_SETTINGS = ("region", "hidden", "all_rows", "header", "encoding", "delimiter", "line_types")
_ACCEPTED = ("accept_rejects", "accept_none")
_ONE_OF = {
    "hidden": ("", "skip", "include"),
    "delimiter": ("", ";", ",", "tab", "|", "none"),
    "line_types": ("mobile", "any"),
}
_FITTING = {
    "region": re.compile(r"[A-Za-z]{2}"),
    "header": re.compile(r"none|[1-9]\d{0,6}|"),
    "encoding": re.compile(r"[\w.:-]{0,40}", re.ASCII),
    "accept_numbers": re.compile(r"\d{1,12}"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What has been chosen so far."""

    options: Options = field(default_factory=Options)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By column: the values whose rows are kept."""


def filter_id(column: str) -> str:
    """Return the id of a filter, the same whenever the files are looked at."""
    return hashlib.sha256(column.encode()).hexdigest()[:10]


def value_id(column: str, value: str) -> str:
    """Return the id of a value of a column."""
    return hashlib.sha256(f"{column}\0{fold(value)}".encode()).hexdigest()[:14]


def changed(chosen: Choices, form: Form, look: Look | None) -> Choices:
    """Return the choices after a form; only what the form says that it is about (its field ``set``) changes.

    Raises:
        BadForm: a field holds what no form of ours has.
    """
    for about in form.get("set", []):
        name, _sign, one = about.partition(":")
        if name == "where" and look is not None:
            chosen = replace(chosen, where=_where(chosen.where, form, look, one))
        else:
            chosen = replace(chosen, options=_options(chosen.options, name, form))
    return chosen


def settings_of(chosen: Choices, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a check: those of the server, and over them what was chosen."""
    options, values = chosen.options, dict(base)
    values |= {"region": options.region, "line_types": options.line_types, "all_rows": options.all_rows}
    values |= {"no_header": True} if options.header == "none" else {}
    values |= {"header": int(options.header)} if options.header.isdecimal() else {}
    values |= {name: value for name in ("hidden", "encoding", "delimiter") if (value := getattr(options, name))}
    values |= {"sheet": list(options.sheets)} if options.sheets else {}
    where = [f"{column}={'|'.join(texts)}" for column, texts in chosen.where.items()]
    values |= {"where": where} if where else {}
    values |= {"max_rejects": "100%"} if options.accept_rejects else {}
    values |= {"where_none": "ok"} if options.accept_none else {}
    values |= {"max_numbers": options.accept_numbers} if options.accept_numbers else {}
    return values


def picked_of(chosen: Choices, look: Look | None) -> list[tuple[str, str, list[int]]]:
    """Return the columns clicked, as `loading.LoadOptions.picked` has them."""
    found: dict[tuple[str, str], list[int]] = {}
    places = {
        column.id: (file.name, sheet.name, index)
        for file in (look.files if look else ())
        for sheet in file.sheets
        for index, column in enumerate(sheet.columns)
    }
    for one in chosen.options.columns:
        if one in places:
            file, sheet, index = places[one]
            found.setdefault((file, sheet), []).append(index)
    return [(file, sheet, indices) for (file, sheet), indices in found.items()]


def _options(options: Options, name: str, form: Form) -> Options:
    if name == "column":
        return replace(options, columns=tuple(form.get("column", [])))
    if name == "sheet":
        return replace(options, sheets=tuple(form.get("sheet", [])))
    if name in _ACCEPTED:
        return replace(options, **cast("Any", {name: form.get(name) == ["1"]}))
    if name == "all_rows":
        return replace(options, all_rows=form.get(name) == ["1"])
    if name == "accept_numbers":
        return replace(options, accept_numbers=int(_fitting(name, form) or 0))
    if name in _SETTINGS:
        value = _fitting(name, form)
        return replace(options, **cast("Any", {name: value.upper() if name == "region" else value}))
    raise BadForm


def _fitting(name: str, form: Form) -> str:
    """Return the value of a field that can hold only certain ones."""
    value = (form.get(name) or [""])[-1].strip()
    fits = value in _ONE_OF[name] if name in _ONE_OF else bool(_FITTING[name].fullmatch(value))
    if not fits:
        raise BadForm
    return value


def _where(before: Mapping[str, tuple[str, ...]], form: Form, look: Look, one: str) -> dict[str, tuple[str, ...]]:
    """Return the row filters after a form about all of them, or about the one with the id `one`."""
    wanted = set(form.get("where", []))
    about = [each for each in look.filters if one in {"", each.id}]
    if one and not about:
        raise BadForm
    chosen = {} if not one else {column: texts for column, texts in before.items() if column != about[0].column}
    return chosen | {each.column: texts for each in about if (texts := _chosen(each, wanted))}


def _chosen(each: Filter, wanted: set[str]) -> tuple[str, ...]:
    """Return the values whose rows are kept; () where that makes no difference."""
    texts = tuple(value.text for value in each.values if value.id in wanted)
    # That everybody is wanted whatever the status says is an answer, too.
    return () if len(texts) == len(each.values) and not any(value.means for value in each.values) else texts


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the value of a field that stands once, '' where it is missing."""
    return (form.get(name) or [""])[0]


def column_id(file: int, sheet: int, column: int) -> str:
    """Return the id of a column by its places, which do not change."""
    return f"{file}.{sheet}.{column}"
