"""The stop list as a Dagster asset: each materialization is a pass over the inbox, one every quarter of an hour.

The program is installed where the run's process is; INBOX is a folder that it sees. The key is in the file that the
variable STOPIMPORT_API_KEY_FILE names. Where several machines send for the account, set STOPIMPORT_COORDINATOR, too;
the state folder (XDG_STATE_HOME) must outlive the run's container.
"""

import json
import subprocess

import dagster as dg

INBOX = "/srv/stopimport/inbox"
COMMAND = ["stopimport", "inbox", INBOX, "--json"]
LATER = {3, 7, 130, 143}
"""Some numbers are left, the inbox is in use, or the pass was stopped: the next try goes on where it was."""


@dg.asset(description="The opt-outs that are on SMS Partner's stop list.", pool="stopimport")
def stop_list() -> dg.MaterializeResult:
    """Make one pass; the metadata have counts, and no phone number."""
    done = subprocess.run(COMMAND, stdout=subprocess.PIPE, text=True, check=False)
    told = json.loads(done.stdout or "{}")
    if done.returncode in LATER:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=600)
    if done.returncode:
        # Nothing gets better by trying again: somebody has to act. What to do is in the run's log.
        raise dg.Failure(f"exit code {done.returncode}: {told.get('error', 'see the log')}", allow_retries=False)
    return dg.MaterializeResult(metadata={**told["counts"], "files": told["files"], "seconds": told["seconds"]})


every_quarter = dg.ScheduleDefinition(name="stopimport", target=[stop_list], cron_schedule="*/15 * * * *")
defs = dg.Definitions(assets=[stop_list], schedules=[every_quarter])
