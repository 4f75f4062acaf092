"""A pass over the inbox every quarter of an hour, by Airflow 3 (with Airflow 2: from airflow.decorators import …).

The program is installed on the worker; INBOX is a folder that it sees. The key is in the file that the variable
STOPIMPORT_API_KEY_FILE of the worker names. Where several workers send for the account, set STOPIMPORT_COORDINATOR,
too; the state folder (XDG_STATE_HOME) must outlive the worker's container.
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import dag, task

INBOX = "/srv/stopimport/inbox"
COMMAND = ["stopimport", "inbox", INBOX, "--json"]
LATER = {3, 7, 130, 143}
"""Some numbers are left, the inbox is in use, or the pass was stopped: the next try goes on where it was."""


@dag(
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two passes over one inbox never overlap: the second would end with exit code 7
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(hours=12)},
)
def stopimport_inbox() -> None:
    """Import what is in the inbox."""

    @task
    def import_opt_outs() -> dict:
        """Make one pass; what it returns (XCom) has counts, and no phone number."""
        # Airflow ends a task with SIGTERM to its process group: the pass hears it itself, and ends in good order.
        done = subprocess.run(COMMAND, stdout=subprocess.PIPE, text=True, check=False)
        told = json.loads(done.stdout or "{}")
        if done.returncode in LATER:
            raise AirflowException(f"exit code {done.returncode}: the next try goes on")
        if done.returncode:
            # Nothing gets better by trying again: somebody has to act. What to do is in the log above.
            raise AirflowFailException(f"exit code {done.returncode}: {told.get('error', 'see the log')}")
        return {"counts": told["counts"], "files": told["files"], "seconds": told["seconds"]}

    import_opt_outs()


stopimport_inbox()
