"""Figures of the last pass, as a file for Prometheus' node exporter (its text file collector).

Format: https://prometheus.io/docs/instrumenting/exposition_formats/. The help texts are never translated: several
inboxes' files with the same metric must have the same one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stopimport.nightly.outcome import PassResult

_SUCCESS = "stopimport_inbox_last_success_timestamp_seconds"
_NUMBERS = {
    "added": "added",
    "already_listed": "already_listed",
    "rejected": "rejected",
    "refused": "refused",
    "failed": "failed",
}
"""Labels of the metric of numbers, and the counts that they show."""


def write(path: Path, result: PassResult) -> None:
    """Write the figures of a pass to `path`, in one step; when the last success was is taken over from the old file.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    # The collector reads all files that end in .prom; this one does not.
    aside = path.with_name(f".{path.name}.part")
    text = "\n".join(_lines(result, _last_success(path, result))) + "\n"
    try:
        aside.write_text(text, encoding="utf-8", errors="replace")
        # Another user reads it, and there is nothing in it that nobody may know.
        with suppress(OSError):
            aside.chmod(0o644)
        aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _lines(result: PassResult, success: float | None) -> Iterator[str]:
    label = f'inbox="{_escaped(str(result.inbox))}"'
    counts, actions = result.counts, result.actions
    yield from _head("numbers", "Phone numbers of the runs that the last pass worked on, by what became of them.")
    for shown, count in _NUMBERS.items():
        yield f'stopimport_inbox_numbers{{{label},result="{shown}"}} {counts[count]}'
    yield f'stopimport_inbox_numbers{{{label},result="waiting"}} {result.numbers_waiting}'
    yield from _head("files", "Files of the last pass by what became of them; waiting are those that are still there.")
    for action, number in actions.items():
        yield f'stopimport_inbox_files{{{label},result="{action}"}} {number}'
    single = {
        "oldest_file_age_seconds": ("Age of the oldest file that is not imported yet; 0 without one.", result.oldest),
        "pass_duration_seconds": ("How long the last pass took.", result.seconds),
        "last_pass_timestamp_seconds": ("When the last pass ended.", result.finished.timestamp()),
        "last_exit_code": ("Exit code of the last pass.", int(result.exit_code)),
    }
    for name, (told, value) in single.items():
        yield from _head(name, told)
        yield f"stopimport_inbox_{name}{{{label}}} {value:.3f}"
    if success is not None:
        yield from _head("last_success_timestamp_seconds", "When the last pass with exit code 0 ended.")
        yield f"{_SUCCESS}{{{label}}} {success:.3f}"


def _head(name: str, told: str) -> tuple[str, str]:
    return f"# HELP stopimport_inbox_{name} {told}", f"# TYPE stopimport_inbox_{name} gauge"


def _last_success(path: Path, result: PassResult) -> float | None:
    if result.exit_code is ExitCode.OK:
        return result.finished.timestamp()
    try:
        found = re.search(rf"^{_SUCCESS}\{{.*\}} ([\d.]+)$", path.read_text("utf-8"), re.MULTILINE)
        return float(found[1]) if found else None
    except (OSError, ValueError):
        return None


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
