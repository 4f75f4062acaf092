"""Damaged and twisted inputs, made by chance from good ones: workbooks of each kind and delimited text.

By hand, as long as wanted, with the seed printed: ``.venv/bin/python tests/fuzz/fuzz_files.py [FILES [SEED]]``. What it
finds is kept in the folder that it names.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "loading")]
from inside import inside  # noqa: E402 - found by the line above where this is run by hand
from workbook_files import bare_xlsb, write_ods, write_xls, write_xlsx  # noqa: E402 - as above

FINE = {0, 2, 5}
"""Read, refused, stopped by a guard; anything else is a bug."""
_ROWS = [["Nom", "Mobile", "Date"], ["Zoé", "06 00 00 10 01", "1"], ["Al", 600001002, ""], ["Bo", "+33600001003", "=1"]]
_TOKENS = [
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<", b">", b"&", b"&#0;", b"<?x?>", b"<c>", b"</c>", b"<row>", b"<v>"),
    *(b'"', b"'", b";", b",", b"\t", b"|", b"\r", b"\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"9" * 5000, b"-1", b"1e999"),
    *(b"=", b" ", b"_x0030_", b't="e"', b't="s"', b'r="XFD1048576"', b'hidden="1"', b"<t/>", b"<text:p>", b"sep=;"),
]


def good_files(folder):
    """Return one good file of each kind, by ending."""
    text = "".join(";".join(str(cell) for cell in row) + "\n" for row in _ROWS)
    csv = folder / "good.csv"
    csv.write_text(text, "utf-8")
    return {
        ".csv": csv.read_bytes(),
        ".txt": text.replace(";", "\t").encode("utf-16"),
        ".xlsx": write_xlsx(folder / "good.xlsx", _ROWS).read_bytes(),
        ".xls": write_xls(folder / "good.xls", _ROWS).read_bytes(),
        ".ods": write_ods(folder / "good.ods", _ROWS).read_bytes(),
        ".xlsb": bare_xlsb(
            folder / "good.xlsb",
            [(row, place, cell if isinstance(cell, str) else float(cell)) for row, cells in enumerate(_ROWS)
             for place, cell in enumerate(cells)],
        ).read_bytes(),
    }  # fmt: skip


def twisted(data, chance):
    """Return `data` changed by chance: in its bytes or, if it is a zip, mostly within one of its parts."""
    if data.startswith(b"PK") and chance.random() < 0.85:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        telling = [name for name in parts if "sheet" in name or "content" in name or "hared" in name]
        name = chance.choice(telling if chance.random() < 0.8 else list(parts))
        parts[name] = _changed(parts[name], chance)
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return whole.getvalue()
    return _changed(data, chance)


def _changed(data, chance):
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(changed) + 1)
        size = min(chance.choice((0, 1, 4, 50)), len(changed) - at)
        kind = chance.randrange(5)
        if kind == 0:
            changed[at : at + size] = chance.choice(_TOKENS)
        elif kind == 1:
            changed[at:at] = chance.choice(_TOKENS)
        elif kind == 2 and at < len(changed):
            changed[at] = chance.randrange(256)
        elif kind == 3:
            changed[at:at] = bytes(changed[at : at + size]) * chance.choice((1, 3, 100))
        else:
            del changed[at : at + size]
    return bytes(changed)


def problem_of(path, out):
    """Return what is wrong with how this file is checked, or None."""
    order = ["check", str(path), "--out", str(out), "--json", "--lang", "en", "--format", "csv"]
    places = {"HOME": str(out.parent), "XDG_STATE_HOME": str(out.parent), "XDG_CONFIG_HOME": str(out.parent)}
    code, told, errors = inside(out.parent, places, order)
    if code not in FINE:
        return f"exit code {code}: {(told + errors)[-500:].decode()}"
    if b"Traceback" in told + errors:
        return f"a traceback: {(told + errors)[-500:].decode()}"
    summary = out / "summary.json"
    return unbalanced(json.loads(summary.read_text("utf-8"))["counts"]) if summary.exists() else None


def unbalanced(counts):
    """Return which law of the contract these counts break, or None."""
    laws = {
        "entries = cells - blank + split": counts["cells"] - counts["blank"] + counts["split"] - counts["entries"],
        "entries = rejected + duplicate + numbers": counts["rejected"]
        + counts["duplicate"]
        + counts["numbers"]
        - counts["entries"],
    }
    broken = [law for law, difference in laws.items() if difference]
    return f"{broken} in {counts}" if broken else None


def fuzz(number, seed, folder):
    """Try so many files, and return what is wrong with which; `folder` keeps those."""
    chance = random.Random(seed)
    good = good_files(folder)
    found = {}
    for index in range(number):
        ending = chance.choice(list(good))
        path = folder / f"{seed}-{index}{ending}"
        path.write_bytes(twisted(good[ending], chance))
        problem = problem_of(path, folder / f"out-{index}")
        if problem:
            found[path.name] = problem
        else:
            path.unlink()
    return found


if __name__ == "__main__":
    kept = Path(tempfile.mkdtemp())
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4))
    sys.stdout.write(f"seed {chosen}, {wanted} files, kept in {kept}\n")
    problems = fuzz(wanted, chosen, kept)
    sys.stdout.write(("\n".join(f"{name}: {problem}" for name, problem in problems.items()) or "nothing found") + "\n")
    sys.exit(bool(problems))
