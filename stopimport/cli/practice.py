"""The command `sandbox`: a practice API on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stopimport.cli.program import command
from stopimport.errors import ExitCode
from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.settings import Settings


@command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option("--port", type=int, default=8025, show_default=True, help=N_("Port; 0 picks any free one."))
@click.option("--key", default="practice-key", show_default=True, help=N_("The only API key that is accepted."))
@click.option("--latency", default="0", metavar="TIME", help=N_("Delay before each answer, such as 0.08 or 80ms."))
@click.option("--rate-limit", type=int, metavar="N", help=N_("Calls per second above which HTTP 429 is answered."))
@click.option("--error-rate", default="0", metavar="SHARE", help=N_("Share of calls answered with HTTP 500."))
@click.option("--drop-rate", default="0", metavar="SHARE", help=N_("Share of calls whose connection is dropped."))
@click.option("--seed", type=int, metavar="N", help=N_("Makes the faults reproducible."))
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help=N_("Keep the list in this SQLite file."))
@click.option(
    "--fault", "faults", multiple=True, metavar="RULE", help=N_("Another fault, such as html=5%. Repeatable.")
)
def sandbox(
    console: Console,
    settings: Settings,  # noqa: ARG001 - each command is given them
    **options: Any,  # noqa: ANN401 - click's values
) -> ExitCode:
    """Serve a practice API: SMS Partner's stop-list calls on this machine, with faults on request.

    \b
    stopimport sandbox --port 8025 --key practice-key
    SMSPARTNER_API_KEY=practice-key stopimport run export.csv --base-url http://127.0.0.1:8025/v1
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.sandbox.faults import FAULTS  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.sandbox.options import (  # noqa: PLC0415 - heavy, and `--help` does without
        SandboxOptions,
        parse_fault,
        parse_latency,
        parse_share,
    )
    from stopimport.sandbox.server import serve  # noqa: PLC0415 - heavy, and `--help` does without

    chosen = SandboxOptions(
        host=options["host"],
        port=options["port"],
        key=options["key"],
        latency=parse_latency(options["latency"]),
        rate_limit=options["rate_limit"],
        error_rate=parse_share("--error-rate", options["error_rate"]),
        drop_rate=parse_share("--drop-rate", options["drop_rate"]),
        seed=options["seed"],
        state=options["state"],
        faults=tuple(parse_fault(rule, frozenset(FAULTS)) for rule in options["faults"]),
    )

    def ready(url: str) -> None:
        if console.options.json:
            console.give({"base_url": url, "key": chosen.key})
        else:
            # The address is what scripts wait for: it is printed even when --quiet.
            click.echo(
                _("Practice API ready at {url} (key: {key}). Press Ctrl-C to stop it.").format(url=url, key=chosen.key),
                file=console.out,
            )
        console.out.flush()

    serve(chosen, on_ready=ready)
    return ExitCode.OK
