"""The plain way to clean a file: pandas reads it, phonenumbers judges cell by cell, and the numbers are written.

It does less than `check`: no line types, no repairs, no reasons, nothing said about what it leaves out.
"""

from __future__ import annotations

import json
import sys

import pandas as pd
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


def e164(written: str) -> str | None:
    """Return the number in E.164 form, or None for what is no valid number."""
    try:
        number = phonenumbers.parse(written, "FR")
    except NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def main(source: str, target: str) -> None:
    """Write the unique numbers of one file to another, and how many there are to standard output."""
    table = pd.read_csv(source, sep=";", dtype=str, keep_default_na=False)
    table["number"] = [e164(written) for written in table["portable"]]
    valid = table.dropna(subset="number").drop_duplicates("number")
    valid[["portable", "number"]].to_csv(target, sep=";", index=False)
    sys.stdout.write(json.dumps({"numbers": len(valid)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
