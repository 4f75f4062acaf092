"""What the build adds to the files of the repository: the catalogues of `stopimport/`, compiled for gettext.

Hatchling runs this for each wheel, and for `pip install -e .` too: that puts the compiled catalogue into the working
tree, where git ignores it and `make` renews it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):
    """Compile each ``.po`` into the ``.mo`` beside it; `artifacts` in pyproject.toml takes that into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile before the files are gathered.

        Args:
            version: "standard" or "editable".
            build_data: what other hooks have to say; nothing is added to it.

        Raises:
            OSError: the source folder is read-only.
        """
        for source in Path(self.root, "stopimport").rglob("*.po"):
            compile_catalogue(source)


def compile_catalogue(source: Path) -> None:
    """Write the ``.mo`` beside a ``.po``.

    Babel's own command would refuse texts such as ``N% of a column``, which it takes for a format of Python's ``%``.

    Raises:
        OSError: a file cannot be read or written.
    """
    with source.open("rb") as texts, source.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(texts, locale=source.parent.parent.name))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
