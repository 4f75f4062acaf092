"""The pages that people read, and what is in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
LISEZMOI = ROOT / "docs" / "LISEZMOI.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELLS = ("sh", "powershell", "bat", "crontab")
"""Languages of blocks that hold commands."""

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_TRY = re.compile(r"<!-- try -->\n```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text: str, kind: str) -> list[str]:
    """Return the blocks of a page that are in one language, without what indents them."""
    return [
        re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE) for found in _BLOCK.finditer(text) if found[2] == kind
    ]


def commands(text: str) -> list[str]:
    """Return the command lines of a page: of all blocks that hold some; a line that ends with a sign for it goes on."""
    return [
        line
        for shell in SHELLS
        for block in blocks(text, shell)
        for line in re.sub(r"[\\`]\n\s*", "", block).splitlines()
        if line.strip()
    ]


def to_try(text: str) -> list[str]:
    """Return the blocks that a page marks as ones to try as they are."""
    return _TRY.findall(text)


def prose(text: str) -> str:
    """Return a page without its blocks."""
    return _BLOCK.sub("", text)


def headings(text: str) -> list[str]:
    """Return the headings of a page, with the signs of their level."""
    return re.findall(r"^#+ .+$", prose(text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Return what a link to each heading of a page ends with: GitHub's rule."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-") for heading in headings(text)
    }


def links(text: str) -> list[str]:
    """Return where the links and pictures of a page lead."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))
