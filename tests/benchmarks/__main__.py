"""Run the parts, or those named, and write the table and the chart into ``bench-out/``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import chart, table
from benchmarks.parts import ON_DEMAND, PARTS

OUT = Path("bench-out")


def main() -> None:
    """Measure part by part, so that an interrupted bench has still shown what it found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; most without one")
    names = parser.parse_args().part or [name for name in PARTS if name not in ON_DEMAND]
    if unknown := set(names) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, stopimport {version('stopimport')}"
    figures = []
    for name in names:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="stopimport-bench-") as scratch:
            os.environ |= {"XDG_CONFIG_HOME": f"{scratch}/config", "XDG_STATE_HOME": f"{scratch}/state"}
            found = list(PARTS[name](Path(scratch)))
        figures += found
        sys.stdout.write(f"{name} ({time.perf_counter() - started:.0f} s)\n{table.lines(found)}\n\n")
        sys.stdout.flush()
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.txt").write_text(f"{machine}\n\n{table.lines(figures)}\n", encoding="utf-8")
    (OUT / "bench.svg").write_text(chart.svg(figures, machine), encoding="utf-8")
    sys.stdout.write(f"{machine}\nWritten: {OUT}/bench.txt, {OUT}/bench.svg\n")


if __name__ == "__main__":
    main()
