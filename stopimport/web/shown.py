"""From what a child tells to what the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopimport.vocabulary import REASONS, Reason
from stopimport.web.choices import column_id, filter_id, value_id
from stopimport.web.state import (
    CONFIRM_BY_TYPING,
    Checked,
    Column,
    Example,
    File,
    Filter,
    Look,
    Problem,
    Question,
    RejectExample,
    Rejects,
    Row,
    SendPreview,
    Sheet,
    Text,
    UndoPreview,
    Value,
)
from stopimport.web.told import problem, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.errors import StopimportError

Event = dict[str, Any]


def text(thing: object) -> Text:
    """Return `thing`, a sentence or a text of ours, as a text for the page."""
    return Text(told(thing))


def problem_of(error: StopimportError) -> Problem:
    """Return an error as the page shows it."""
    return read_problem(problem(error))


def read_problem(event: Event) -> Problem:
    """Return the problem that a child tells."""
    facts = {name: Text(value) if isinstance(value, dict) else value for name, value in event["facts"].items()}
    return Problem(event["kind"], Text(event["text"]), event["exit_code"], facts)


def read_look(event: Event) -> Look:
    """Return what was understood (see `pipeline.looking.Look`)."""
    files = tuple(
        File(
            file["name"],
            file["workbook"],
            file["encoding"],
            file["delimiter"],
            tuple(_sheet(sheet, number, place) for place, sheet in enumerate(file["sheets"])),
        )
        for number, file in enumerate(event["files"])
    )
    return Look(files, tuple(_filter(each) for each in event["filters"]))


def _sheet(sheet: Event, file: int, place: int) -> Sheet:
    columns = tuple(
        Column(column_id(file, place, index), letter, label, index in sheet["phone"], index in sheet["candidates"])
        for index, (letter, label) in enumerate(zip(sheet["letters"], sheet["labels"], strict=True))
    )
    return Sheet(
        sheet["name"],
        sheet["rows"],
        sheet["kept"],
        sheet["hidden"],
        sheet["header_row"],
        columns,
        sheet["why"],
        tuple(Row(row["number"], row["kind"], tuple(row["cells"])) for row in sheet["head"]),
        sheet["skipped"],
    )


def _filter(each: Event) -> Filter:
    column = each["column"]
    values = tuple(
        Value(value_id(column, value["text"]), value["text"], value["count"], value["chosen"], value["means"])
        for value in each["values"]
    )
    return Filter(filter_id(column), column, values, each["active"])


def read_question(event: Event) -> Question:
    """Return a guard's question."""
    column = event.get("column", "")
    values = tuple(
        Value(
            value_id(column, value["text"]),
            value["text"],
            value["count"],
            chosen=value["means"] == "gone",
            means=value["means"],
        )
        for value in event.get("values", ())
    )
    return Question(
        event["kind"],
        Text(event["text"]),
        Text(event["place"]) if "place" in event else None,
        column,
        filter_id(column) if values else "",
        values,
        places=tuple((Text(place), rows) for place, rows in event.get("places", ())),
        likely=str(event.get("likely", "")),
        **{name: event.get(name, 0) for name in ("rows", "rejected", "entries", "numbers", "most")},
    )


def rejects_of(counts: Mapping[str, int], examples: Mapping[str, list[Mapping[str, str]]]) -> tuple[Rejects, ...]:
    """Return the rejects by reason, the most frequent first."""
    names = ("file", "sheet", "column", "input", "message")
    found = []
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        term = REASONS[Reason(reason)]
        shown = tuple(
            RejectExample(row=int(row["row"]), **{name: row[name] for name in names})
            for row in examples.get(reason, ())
        )
        found.append(Rejects(reason, text(term.title), text(term.meaning), text(term.remedy), count, shown))
    return tuple(found)


def read_checked(event: Event) -> Checked:
    """Return what a check found."""
    return Checked(
        event["counts"],
        rejects_of(event["rejects"], event["reject_examples"]),
        _examples(event["examples"]),
        event["counts"]["numbers"] / event["per_second"],
        event["per_second"],
        tuple(event["notices"]),
        event["workbook"],
    )


def read_send(event: Event) -> SendPreview:
    """Return the question before the sending."""
    plain = ("to_send", "listed", "rows", "entries", "duplicates", "seconds", "account", "address")
    return SendPreview(
        rejects=rejects_of(event["rejects"], {}),
        examples=_examples(event["examples"]),
        typing=event["to_send"] > CONFIRM_BY_TYPING,
        **{name: event[name] for name in plain},
    )


def read_undo(event: Event) -> UndoPreview:
    """Return the question before an undo."""
    plain = ("to_remove", "absent", "left", "done", "seconds", "reason")
    return UndoPreview(
        examples=tuple(event["examples"]),
        typing=event["to_remove"] > CONFIRM_BY_TYPING,
        **{name: event[name] for name in plain},
    )


def _examples(examples: list[Event]) -> tuple[Example, ...]:
    return tuple(Example(one["input"], one["number"], tuple(map(Text, one["repairs"]))) for one in examples)
