"""What the page's server and its child say to each other: it comes out as it went in, or not at all."""

from __future__ import annotations

import typing
from dataclasses import MISSING, fields

import msgspec
import pytest
from web_states import checked, preview, send_preview, text, undo_preview

from stopimport.errors import GuardError
from stopimport.pipeline.errors import Declined, UndoDeclined
from stopimport.text.language import speaking
from stopimport.web.child.messages import (
    CallsMade,
    CheckTask,
    FilesRead,
    GuardsAsk,
    Holding,
    Order,
    RunTask,
    SendAsks,
    TaskEnded,
    UndoAsks,
    encode,
    read_event,
    read_order,
    read_task,
)
from stopimport.web.child.questions import question_of
from stopimport.web.texts import bug, problem_of

SETTINGS = {"rate": "10/s", "max_numbers": 5, "wait": 1.5, "verify": True, "keep": ("Nom", "Id"), "group": None}


def made(kind):
    """Return an error of a class, with facts of the types that it wants."""
    facts = {"counts": {"abonné": 2, " STOP": 3, "stop": 1}, "subscribed": ("abonné",), "gone": (" STOP", "stop")}
    facts["by_place"] = (("book.xlsx", 4),)
    types = typing.get_type_hints(kind)
    needed = [field for field in fields(kind) if field.default is MISSING or field.name in facts]
    return kind(**{field.name: facts.get(field.name, 7 if types[field.name] is int else "x7x") for field in needed})


GUARDS = [kind for kind in GuardError.__subclasses__() if kind not in {Declined, UndoDeclined}]


@pytest.mark.parametrize(
    "event",
    [
        FilesRead(preview()),
        checked(),
        SendAsks(send_preview()),
        UndoAsks(undo_preview()),
        CallsMade(3, 2, {"added": 2}, 1.5),
        Holding(text("One moment."), 2.5),
        TaskEnded(),
        TaskEnded(bug()),
        GuardsAsk(tuple(question_of(made(kind)) for kind in GUARDS)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_is_one_line_and_comes_out_as_it_went_in(event):
    """All that a page shows of it is a value of the same type."""
    line = encode(event)
    assert (1, True) == (line.count(b"\n"), line.endswith(b"\n"))
    assert event == read_event(line)


@pytest.mark.parametrize(
    "task", [CheckTask(("a.csv",), "run", SETTINGS, (("a.csv", "", 0, (1, 2)),), "fr", "marie")], ids=["check"]
)
def test_a_task_comes_out_as_it_went_in(task):
    """Settings keep their types."""
    assert task == read_task(encode(task))


def test_the_key_goes_through_the_pipe_only():
    """What a log or a traceback shows of a task is not the key."""
    task = RunTask("send", "run", SETTINGS, "practice-key", "en", "marie")
    assert "practice-key" == read_task(encode(task)).key
    assert "practice-key" not in f"{task!r} {task}"


@pytest.mark.parametrize("order", Order)
def test_an_order_comes_out_as_it_went_in(order):
    """Each of them."""
    assert order is read_order(encode(order))


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (read_event, b'{"type":"progress","total":"3","done":2,"by_status":{},"at":1.5}'),
        (read_event, b'{"type":"unheard","total":3}'),
        (read_event, b'{"type":"checked"'),
        (read_task, b'{"type":"check","files":[]}'),
        (read_order, b'"wait"'),
    ],
)
def test_what_is_no_message_is_refused(read, line):
    """A line that was cut off, of another type, or with a field of another type."""
    with pytest.raises(msgspec.DecodeError):
        read(line)


@pytest.mark.parametrize("kind", GUARDS, ids=lambda kind: kind.__name__)
def test_every_guard_is_a_question_in_both_languages(kind):
    """A guard without one could not be answered on the page."""
    question = question_of(made(kind))
    with speaking("fr"):
        french = str(question.text)

    assert (kind.__name__, True) == (question.kind, bool(question.heading))
    assert "{" not in str(question.text)
    assert french != str(question.text)


def test_values_that_differ_in_case_and_blanks_are_one():
    """So they are counted, the most frequent first, and those of people who are gone are chosen beforehand."""
    question = question_of(made(next(kind for kind in GUARDS if kind.__name__ == "StillSubscribed")))
    assert [("STOP", 4, True, "gone"), ("abonné", 2, False, "subscribed")] == [
        (value.text, value.count, value.chosen, value.means) for value in question.values
    ]


def test_a_problem_is_told_in_the_words_of_the_page():
    """Where an error speaks of a terminal, the page has words of its own."""
    error = made(Declined)
    assert str(error) != str(problem_of(error).text)
    assert error.on_page() == str(problem_of(error).text)
