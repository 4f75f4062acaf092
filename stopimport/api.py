"""The public Python API: what a script or a notebook imports from `stopimport`.

Settings are given as keyword arguments named like the options of the command line: ``country_column="Pays"`` is
``--country-column Pays``; repeatable options take a list.
"""

from __future__ import annotations

import difflib
import logging
import os
from typing import TYPE_CHECKING, Any

from stopimport.errors import UnknownKeyword
from stopimport.loading import stage as loading
from stopimport.options import OPTIONS
from stopimport.pipeline.job import Context
from stopimport.pipeline.running import check as _check
from stopimport.pipeline.running import run as _run
from stopimport.remote.fetching import brought
from stopimport.secrets import ApiKey, find_key
from stopimport.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from stopimport.pipeline.job import Result

log = logging.getLogger(__name__)


def load(*files: str | Path, **settings: Any) -> pd.DataFrame:  # noqa: ANN401 - values of many types
    """Read files and return their phone cells, one row a cell, blank ones included.

    Args:
        *files: files, folders or glob patterns.
        **settings: options of reading, such as ``column=["Mobile"]``, ``where=["Statut=STOP"]`` or ``hidden="skip"``.

    Returns:
        The frame described in `stopimport.loading.cells`: `file, sheet, row, column, input` and more.

    Raises:
        StopimportError: a file or option cannot be used, or a guard objects (`GuardError`): hidden rows without
            ``hidden=``, people who are still subscribed, a `where` that keeps nothing.

    Example:
        >>> import stopimport
        >>> cells = stopimport.load("sample_data/liste-stop.txt")
        >>> list(cells.columns[1:6])
        ['file', 'sheet', 'row', 'column', 'input']
    """
    from stopimport.cleaning.stage import judge  # noqa: PLC0415 - pandas, which `run` has imported while it reads

    chosen = _settings(settings)
    options = chosen.clean_options()
    reading = chosen.load_options()
    with brought(files, reading.max_file_size) as here:
        loaded = loading.load(here, reading, judge=lambda inputs, countries: judge(inputs, countries, options))
    for notice in loaded.notices:
        log.warning("%s", notice)
    for guard in loaded.guards:
        raise guard
    return loaded.cells


def clean(cells: pd.DataFrame, **settings: Any) -> pd.DataFrame:  # noqa: ANN401 - each option has a type of its own
    """Turn phone cells into entries, each with its E.164 number or the reason why it has none.

    Args:
        cells: the frame that `load` returns, or any frame with a text column `input`.
        **settings: options of cleaning: ``region="BE"``, ``countries="FR,BE"``, ``line_types="any"``,
            ``validity="possible"``.

    Returns:
        The frame described in `stopimport.cleaning.entries`: the place, `number`, `reason`, `repairs`, `duplicate_of` …

    Raises:
        StopimportError: an option cannot be used.

    Example:
        >>> import pandas as pd, stopimport
        >>> cells = pd.DataFrame({"input": ["06 00 00 10 01", "600001001", "bonjour"]})
        >>> stopimport.clean(cells)[["number", "reason", "repairs", "duplicate_of"]].values.tolist()
        [['+33600001001', '', '', -1], ['+33600001001', '', 'leading_zero', 0], [nan, 'not_a_phone_number', '', -1]]
    """
    from stopimport.cleaning.stage import clean as clean_cells  # noqa: PLC0415 - pandas, which `run` has imported while it reads

    return clean_cells(cells, _settings(settings).clean_options()).entries


def run(
    *files: str | Path,
    key: str | None = None,
    executor: Executor | None = None,
    **settings: Any,  # noqa: ANN401 - each option has a type of its own
) -> Result:
    """Read, clean and send files, and write the run's folder: the command ``stopimport run``, without questions.

    Args:
        *files: files, folders or glob patterns.
        key: the API key; None takes it from ``SMSPARTNER_API_KEY`` and the other places of the command line.
        executor: who cleans large files, as of `check`.
        **settings: any options of the command, such as ``out=Path("my-run")``, ``rate="20/s"`` or ``sandbox=True``.

    Returns:
        The run's `folder`, its `summary` (as in summary.json), `exit_code`, `error` and `files`.

    Raises:
        StopimportError: the input or an option cannot be used; nothing was sent.

    Example:
        >>> import tempfile, stopimport
        >>> from pathlib import Path
        >>> out = Path(tempfile.mkdtemp()) / "run"
        >>> result = stopimport.run("sample_data/liste-stop.txt", out=out, sandbox=True, rate="1000/s")
        >>> result.summary["state"], int(result.exit_code)
        ('complete', 0)
    """
    chosen = _settings(settings)
    found = ApiKey(key, source="argument") if key else find_key(os.environ, chosen.api_key_file)
    return _run(files, Context(chosen, found, executor=executor))


def check(
    *files: str | Path,
    executor: Executor | None = None,
    **settings: Any,  # noqa: ANN401 - each option has a type of its own
) -> Result:
    """Read and clean files and write the run's folder without a call: the command ``stopimport check``.

    Args:
        *files: files, folders or glob patterns.
        executor: who cleans large files: Dask's ``client.get_executor()``, a ``ProcessPoolExecutor``, MPI's; None:
            threads of this process. Not a byte of the run's tables and summary depends on it.
        **settings: any options of the command.

    Returns:
        As `run`; every number that would be sent has the status ``not_sent``.

    Raises:
        StopimportError: the input or an option cannot be used.

    Example:
        >>> import tempfile, stopimport
        >>> from pathlib import Path
        >>> result = stopimport.check("sample_data/liste-stop.txt", out=Path(tempfile.mkdtemp()) / "run")
        >>> result.summary["state"], result.files["rejects.csv"].name
        ('checked', 'rejects.csv')
    """
    return _check(files, Context(_settings(settings), executor=executor))


def _settings(given: dict[str, object]) -> Settings:
    known = [option.key for option in OPTIONS]
    for name in given:
        if name not in known:
            raise UnknownKeyword(name, difflib.get_close_matches(name, known, 1, 0)[0])
    return Settings(given)
