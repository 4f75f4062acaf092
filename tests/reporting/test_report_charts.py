"""The report's pictures: widths are counts, nothing overlaps, the limit is drawn where it held."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_frames import FACTS

from stopimport.reporting import charts, timeline
from stopimport.reporting.charts import Leaf, Stage
from stopimport.reporting.stages import stages
from stopimport.runs.facts import SittingPace
from stopimport.runs.summary import Counts, Summary
from stopimport.vocabulary import State

SIZES = st.integers(0, 2_000_000)
COUNTS = st.fixed_dictionaries(
    dict.fromkeys(["filtered", "blank", "duplicate", "added", "already_listed", "refused", "failed", "not_sent"], SIZES)
    | {"split": st.sampled_from([0, 3, 500]), "columns": st.integers(1, 3)}
)


def summary_of(given):
    """Make the counts of a run that balance, from its parts."""
    counts = dict(given)
    columns = counts.pop("columns")
    by_reason = {"too_short": 5, "not_mobile": 70, "refused_by_api": counts["refused"]}
    counts["numbers"] = sum(counts[name] for name in ("added", "already_listed", "refused", "failed", "not_sent"))
    counts["entries"] = counts["numbers"] + counts["duplicate"] + 75
    cells = counts["entries"] + counts["blank"] - counts["split"] + 500
    counts["blank"] += 500 + -cells % columns
    counts["cells"] = cells + -cells % columns
    counts["rows"] = counts["cells"] // columns + counts["filtered"]
    return Summary(replace(FACTS, state=State.COMPLETE), Counts(**counts, rejected=75), by_reason)


@given(COUNTS)
def test_widths_are_the_counts(given):
    """Every bar is as high as its count in the picture's scale, and never less than a hair."""
    for frame in (charts.WIDE, charts.NARROW):
        drawn = charts.flow(stages(summary_of(given)), frame)
        scale = frame.tall / max(box.count for box in drawn.stations)
        for box in (*drawn.stations, *drawn.leaves):
            assert box.height == pytest.approx(max(box.count * scale, 1.5) if box.count else 0)


@given(COUNTS)
def test_what_flows_in_flows_out(given):
    """The outcomes add up to the rows, with what joined and what each further phone column brought."""
    made = summary_of(given)
    drawn = charts.flow(stages(made), charts.WIDE)
    counts = made.counts
    ends = sum(leaf.count for leaf in drawn.leaves)
    assert ends == counts.filtered + counts.cells + counts.split


@given(COUNTS)
def test_outcomes_keep_their_distance(given):
    """No outcome's bar or label touches the next one's, and all are within the picture."""
    for frame in (charts.WIDE, charts.NARROW):
        drawn = charts.flow(stages(summary_of(given)), frame)
        for above, below in zip(drawn.leaves, drawn.leaves[1:], strict=False):
            assert above.y + above.height <= below.y
            assert below.label_y - above.label_y >= frame.pitch
        assert drawn.leaves[-1].y + drawn.leaves[-1].height <= drawn.height


def test_bands_go_from_bar_to_bar():
    """A band begins and ends with the full width of what it carries."""
    drawn = charts.flow([Stage("Rows", 100, (Leaf("Gone", 25, "out"),)), Stage("Rest", 75)], charts.WIDE)
    first = [float(figure) for figure in re.findall(r"-?[\d.]+", drawn.bands[0].path)]
    assert first[-1] - first[1] == pytest.approx(0.75 * charts.WIDE.tall, abs=0.2)


def test_steps_count_what_was_sent():
    """Each step is as high as the numbers sent in it; none exceeds the limit that was kept."""
    times = np.arange(200) / 10
    drawn = timeline.timeline(times, [SittingPace(0.0, 10, 1.0)], timeline.WIDE)
    heights = {float(figure) for figure in re.findall(r"V([\d.]+)", drawn.sittings[0].area)} - {drawn.base}
    limit = float(re.match(r"M[\d.]+ ([\d.]+)H", drawn.sittings[0].limit)[1])
    assert heights == {limit}
    assert [tick.value for tick in drawn.ticks] == [0.0, 10.0]


def test_each_sitting_has_its_own_limit():
    """A run resumed the next day is drawn in two parts, without the night between them."""
    times = np.concatenate([np.arange(100) / 10, 86_400 + np.arange(100) / 5])
    drawn = timeline.timeline(times, [SittingPace(-1.0, 10, 1.0), SittingPace(86_399.0, 5, 1.0)], timeline.WIDE)
    assert [(part.begun, round(part.ended)) for part in drawn.sittings] == [(0.0, 10), (86_400.0, 86_420)]
    limits = [float(re.match(r"M[\d.]+ ([\d.]+)H", part.limit)[1]) for part in drawn.sittings]
    assert limits[1] > limits[0]
    assert [tick.value for tick in drawn.ticks] == [0.0, 5.0, 10.0]


def test_rates_a_minute_are_drawn_a_minute():
    """A limit a minute is compared with numbers per minute, in steps of whole minutes."""
    drawn = timeline.timeline(np.arange(120) * 2.0, [SittingPace(0.0, 30, 60.0)], timeline.WIDE)
    assert (drawn.unit, drawn.bucket) == (60.0, 60.0)
    assert [tick.value for tick in drawn.ticks] == [0.0, 30.0]


@given(st.lists(st.one_of(st.floats(0, 1e7), st.just(float("nan"))), max_size=60), st.integers(1, 500))
def test_any_sending_fits_its_picture(times, rate):
    """Whatever the times, there are no more steps than there is room for, and all are within the picture."""
    drawn = timeline.timeline(np.array(times, dtype=np.float64), [SittingPace(0.0, rate, 1.0)], timeline.NARROW)
    if drawn is None:
        known = [time for time in times if time == time]  # noqa: PLR0124 - NaN is not equal to itself
        assert len(known) < 2 or max(known) - min(known) < 3
        return
    steps = drawn.sittings[0].area.count("H")
    assert 3 <= steps <= timeline.NARROW.bars + 1 or drawn.bucket == 86_400
    assert all(
        0 <= float(figure) <= timeline.NARROW.height for figure in re.findall(r"V(-?[\d.]+)", drawn.sittings[0].area)
    )
