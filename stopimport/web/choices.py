"""What the person chooses about a draft: from the fields of a form to the settings of a check."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the types of the fields
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from stopimport.loading.columns.words import fold
from stopimport.web.errors import BadForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.preview import FilesPreview, Filter
    from stopimport.settings import SettingValue
    from stopimport.web.child.messages import Picked

Form = dict[str, list[str]]
"""The fields of a form; each may occur several times."""
_SETTINGS = ("region", "hidden", "header", "encoding", "delimiter", "line_types")
_LONGEST_NAME = 300
_MOST_CHOSEN = 1000
_LISTS = {"column": "columns", "sheet": "sheets", "keep": "keep"}
"""Fields that may occur several times, and what they choose."""
_TICKED = ("all_rows", "accept_rejects", "accept_none")
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
    """What the person has chosen so far."""

    sheets: tuple[str, ...] = ()
    """Names; (): every visible one with a phone column."""
    left_out: tuple[tuple[str, str], ...] = ()
    """File and name of sheets that are left out."""
    columns: tuple[str, ...] = ()
    """Ids of the columns clicked; (): found by the program."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By column: the values whose rows are kept."""
    region: str = "FR"
    hidden: str = ""
    """``skip``, ``include``, '' for not said."""
    all_rows: bool = False
    header: str = ""
    """Row of the headers, ``none`` for none, '' for found."""
    encoding: str = ""
    """'' for found, as `delimiter`."""
    delimiter: str = ""
    """``;`` ``,`` ``tab`` ``|`` ``none``."""
    line_types: str = "mobile"
    """``mobile`` or ``any``."""
    country_column: str = ""
    """Name of the column that names the country of each row, ``none`` to ignore such columns, '' for not said."""
    keep: tuple[str, ...] | None = None
    """Headers of other columns to be shown and kept; None for not said."""
    accept_rejects: bool = False
    """Whether any number of rejects is fine."""
    accept_none: bool = False
    """Whether a filter that keeps no row is fine."""
    accept_numbers: int = 0
    """So many numbers are fine although the settings allow fewer; 0: not said."""

    def settings(self, base: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
        """Return the settings of a check: `base`, those of the server, and over them what was chosen."""
        chosen: dict[str, SettingValue] = {"region": self.region, "line_types": self.line_types}
        chosen["all_rows"] = self.all_rows
        if self.header:
            chosen |= {"no_header": True} if self.header == "none" else {"header": int(self.header)}
        chosen |= {
            name: value
            for name in ("hidden", "encoding", "delimiter", "country_column")
            if (value := getattr(self, name))
        }
        if self.sheets:
            chosen["sheet"] = self.sheets
        if self.where:
            chosen["where"] = tuple(f"{column}={'|'.join(texts)}" for column, texts in self.where.items())
        if self.keep is not None:
            chosen["keep"] = self.keep
        if self.accept_rejects:
            chosen["max_rejects"] = "100%"
        if self.accept_none:
            chosen["where_none"] = "ok"
        if self.accept_numbers:
            chosen["max_numbers"] = self.accept_numbers
        return {**base, **chosen}

    def picked(self, preview: FilesPreview | None) -> tuple[Picked, ...]:
        """Return the columns clicked in a preview."""
        found: dict[tuple[str, str, int], list[int]] = {}
        for one in self.columns:
            for file_number, file in enumerate(preview.files if preview else ()):
                for sheet_number, sheet in enumerate(file.sheets):
                    for index in range(len(sheet.columns)):
                        if one == column_id(file_number, sheet_number, index):
                            found.setdefault((file.name, sheet.name, sheet.part), []).append(index)
        return tuple((file, sheet, part, tuple(indices)) for (file, sheet, part), indices in found.items())


NONE_OF = "!"
"""Behind a column's name, as in `--where`: none of the values."""
NOTHING = "\u2026"
"""A value that no cell has."""


def filter_id(column: str) -> str:
    """Return the id of a filter, the same whenever the files are looked at."""
    return hashlib.sha256(column.encode()).hexdigest()[:10]


def sheet_id(file: str, sheet: str) -> str:
    """Return the id of a sheet, the same whenever the files are looked at."""
    return hashlib.sha256(f"{file}\0{sheet}".encode()).hexdigest()[:12]


def value_id(column: str, value: str, *, others: bool = False) -> str:
    """Return the id of a value of a column, or of all `others` than those that are named."""
    named = "\0others" if others else fold(value)
    return hashlib.sha256(f"{column}\0{named}".encode()).hexdigest()[:14]


def changed(choices: Choices, form: Form, preview: FilesPreview | None) -> Choices:
    """Return the choices after a form; only what the form says that it is about (its field ``set``) changes.

    Raises:
        BadForm: a field holds what no form of ours has.
    """
    for about in form.get("set", []):
        name, _sign, one = about.partition(":")
        if name in {"leave_out", "take_in"} and preview is not None:
            choices = _left_out(choices, first(form, "sheet_id"), preview, out=name == "leave_out")
        elif name == "where" and preview is not None:
            choices = replace(choices, where=_where(choices.where, form, preview, one))
        else:
            choices = _changed(choices, name, form)
    return choices


def _changed(choices: Choices, name: str, form: Form) -> Choices:
    if name in _LISTS:
        chosen = tuple(one[:_LONGEST_NAME] for one in form.get(name, [])[:_MOST_CHOSEN])
        return replace(choices, **cast("Any", {_LISTS[name]: chosen}))
    if name == "country_column":
        return replace(choices, country_column=first(form, name)[:_LONGEST_NAME])
    if name == "accept_numbers":
        return replace(choices, accept_numbers=int(_fitting(name, form) or 0))
    if name in _TICKED:
        return replace(choices, **cast("Any", {name: form.get(name) == ["1"]}))
    if name in _SETTINGS:
        value = _fitting(name, form)
        return replace(choices, **cast("Any", {name: value.upper() if name == "region" else value}))
    raise BadForm


def _left_out(choices: Choices, one: str, preview: FilesPreview, *, out: bool) -> Choices:
    """Return the choices after a sheet was left out, or taken in again."""
    known = {(file.name, sheet.name) for file in preview.files for sheet in file.sheets}
    found = [place for place in known if sheet_id(*place) == one]
    if not found:
        raise BadForm
    others = tuple(place for place in choices.left_out if place != found[0])
    return replace(choices, left_out=(*others, found[0]) if out else others)


def _fitting(name: str, form: Form) -> str:
    """Return the value of a field that can hold only certain ones."""
    value = (form.get(name) or [""])[-1].strip()
    fits = value in _ONE_OF[name] if name in _ONE_OF else bool(_FITTING[name].fullmatch(value))
    if not fits:
        raise BadForm
    return value


def _where(
    before: Mapping[str, tuple[str, ...]], form: Form, preview: FilesPreview, one: str
) -> dict[str, tuple[str, ...]]:
    """Return the row filters after a form about all of them, or about the one with the id `one`."""
    wanted = set(form.get("where", []))
    about = [each for each in preview.filters if one in {"", filter_id(each.column)}]
    if one and not about:
        raise BadForm
    names = (about[0].column, about[0].column + NONE_OF) if one else ()
    chosen = {column: texts for column, texts in before.items() if one and column not in names}
    for each in about:
        chosen |= _chosen(each, wanted)
    return chosen


def _chosen(each: Filter, wanted: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the values whose rows are kept, by column, or by column and `!` those that are not; none: no matter."""
    ticked = [value for value in each.values if value_id(each.column, value.text, others=value.others) in wanted]
    # That everybody is wanted whatever the status says is an answer, too.
    if not ticked or (len(ticked) == len(each.values) and not any(value.means for value in each.values)):
        return {}
    if any(value.others for value in ticked):
        return {each.column + NONE_OF: tuple(value.text for value in each.values if value not in ticked) or (NOTHING,)}
    return {each.column: tuple(value.text for value in ticked)}


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the value of a field that occurs once, '' where it is missing."""
    return (form.get(name) or [""])[0]


def column_id(file: int, sheet: int, column: int) -> str:
    """Return the id of a column by its places, which do not change."""
    return f"{file}.{sheet}.{column}"
