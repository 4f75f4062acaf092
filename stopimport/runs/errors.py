"""What can be wrong with a run's folder, its journal and its locks."""

from __future__ import annotations

from stopimport.errors import BusyError, ExitCode, StopimportError
from stopimport.text.language import N_, Sentence


class FolderTaken(StopimportError):
    """The folder asked for holds another run."""

    folder: str
    template = N_(
        "{folder} already holds a run whose results would be overwritten. "
        "Give another --out, or finish that run with: stopimport resume {folder!q}"
    )
    page_template = N_("{folder} already holds an import whose results would be overwritten.")


class InputInFolder(StopimportError):
    """An input would be overwritten by the run's own files."""

    file: str
    folder: str
    template = N_("{file} is in {folder}, where the run would overwrite it. Give another --out.")
    page_template = N_("{file} is in {folder}, where the import would overwrite it.")


class FolderUnwritable(StopimportError):
    """The run's folder cannot be made or written."""

    folder: str
    problem: str
    template = N_("The run's folder {folder} cannot be written: {problem}. Give another --out.")
    page_template = N_("{folder} cannot be written: {problem}. Free some space or check the permissions.")


class FileUnwritable(StopimportError):
    """A file of the run's folder cannot be written: a full disk, permissions, a share that went away."""

    file: str
    problem: str
    template = N_(
        "{file} cannot be written: {problem}. Free some space or check the permissions, then run "
        "'stopimport resume' on its folder."
    )
    page_template = N_("{file} cannot be written: {problem}. Free some space or check the permissions, then continue.")


class GroupUnusable(StopimportError):
    """The files cannot be given to the group of `--group`."""

    group: str
    problem: str | Sentence
    template = N_(
        "The files cannot be given to the group '{group}': {problem}. Give --group a group that exists here and that "
        "you belong to."
    )
    page_template = N_(
        "The files cannot be given to the group '{group}': {problem}. Ask whoever set up this program to change it."
    )


class NoRun(StopimportError):
    """The folder given holds no run."""

    folder: str
    template = N_(
        "{folder} is not a run's folder: it has no journal.sqlite3. Give the folder of a run, as "
        "'stopimport history' lists them."
    )
    page_template = N_("{folder} is not the folder of an import: it has no journal.sqlite3.")


class DataDeleted(NoRun):
    """Of a run only the proof is left."""

    when: str
    template = N_(
        "The personal data of {folder} was deleted on {when}: what was added stays on the list, but this run can no "
        "longer be resumed, compared or undone."
    )
    page_template = N_(
        "The personal data of this import was deleted on {when}: what was added stays on the list, but the import can "
        "no longer go on, be compared or undone."
    )


class ForeignJournal(StopimportError):
    """A file has the journal's name and is something else."""

    file: str
    template = N_(
        "{file} is not a stopimport journal, so it was left alone. Give the folder of a run, or another --out."
    )
    page_template = N_("{file} was not written by this program, so it was left alone.")


class NewerJournal(StopimportError):
    """The journal was written by a later version of the program."""

    file: str
    version: str
    template = N_(
        "{file} was written by a newer stopimport than this one ({version}). Update stopimport, then try again."
    )
    page_template = N_("{file} was written by a newer version of this program. Update this one ({version}).")


class DamagedJournal(StopimportError):
    """The journal's contents are broken."""

    file: str
    problem: str
    template = N_(
        "{file} is damaged ({problem}). Restore it from a backup, or import the same files again: numbers "
        "already on the list are not added twice."
    )


class JournalUnusable(StopimportError):
    """The journal cannot be read or written: permissions, a full disk, a share that went away."""

    file: str
    problem: str
    template = N_(
        "{file} cannot be read or written: {problem}. Free some space or check the permissions, then run "
        "'stopimport resume' on its folder."
    )
    page_template = N_(
        "{file} cannot be read or written: {problem}. Free some space or check the permissions, then continue."
    )


class NoRuns(StopimportError):
    """The folder of runs that is asked about does not exist."""

    folder: str
    template = N_(
        "The folder {folder}, to look for runs in, does not exist. Name the folder that holds your runs, "
        "or the folder of one run."
    )
    page_template = N_("The folder {folder}, where the imports are kept, does not exist.")


class DamagedFolder(StopimportError):
    """A file in a past run's folder cannot be read."""

    file: str
    problem: str
    template = N_("{file} cannot be read: {problem}. Restore it from a backup, or check the permissions.")


class NotSearchable(StopimportError):
    """Of a past run there is nothing left but its figures."""

    folder: str
    template = N_("{folder} cannot be searched: it no longer has a journal or results.")


class FolderBusy(BusyError):
    """The run in a folder is still going on, or something else works in the folder."""

    folder: str
    holder: str | Sentence
    template = N_("{folder} is in use: {holder}. Wait until it has finished, or give --wait SECONDS.")
    page_template = N_("Another program is working on this import: {holder}. Wait until it has finished.")


class NoFolder(StopimportError):
    """There is no folder where there should be one."""

    folder: str
    template = N_("The folder {folder} does not exist. Check the name, or see 'stopimport history'.")
    page_template = N_("This import does not exist. Perhaps its folder was moved or deleted.")


class LockUnusable(StopimportError):
    """A lock file cannot be made or locked."""

    file: str
    problem: str | Sentence
    template = N_(
        "The lock file {file} cannot be used: {problem}. If it is another user's and nothing is running, delete it; "
        "else make its folder writable (the variable XDG_STATE_HOME sets another place for the files of accounts)."
    )


class StateUnusable(LockUnusable):
    """The folder for locks cannot be made."""


class ForeignLock(LockUnusable):
    """Something else lies where a lock file should be: it is neither followed nor emptied."""

    problem: str | Sentence = ""
    template = N_(
        "{file} is not a lock file that this program has made, and was left alone. See what it is, then remove it: rm "
        "{file}"
    )


_NO_LEAVE = N_("Nobody can say when calls may go out. Nothing was sent; ask whoever set up this program.")


class CoordinatorError(StopimportError):
    """Parent of what can be wrong with the server that deals out the account's rate: nothing can be sent."""


class BadCoordinator(CoordinatorError):
    """The address of the coordinator is none."""

    template = N_(
        "--coordinator (STOPIMPORT_COORDINATOR) is no address of a Redis server. It looks like "
        "redis://:password@host:6379/0, or rediss://… for TLS; 'none' if there is none."
    )
    page_template = _NO_LEAVE


class CoordinatorUnusable(CoordinatorError):
    """The server that deals out the account's rate cannot be used."""

    problem: str | Sentence
    template = N_(
        "The coordinator cannot be used: {problem}. Nothing was sent. Start it, or correct --coordinator "
        "(STOPIMPORT_COORDINATOR)."
    )
    page_template = N_("Nobody can say when calls may go out: {problem}. Nothing was sent; try again later.")


class NoRedis(CoordinatorError):
    """What talks to the coordinator is not installed."""

    template = N_("--coordinator needs an extra that is missing. Install it with: pip install 'stopimport[redis]'")
    page_template = _NO_LEAVE


class CoordinatorAway(CoordinatorError):
    """The server that says which machine has which file has been away for too long."""

    exit_code = ExitCode.INCOMPLETE
    problem: str | Sentence
    template = N_(
        "The coordinator is away: {problem}. Without it no file is taken, and none is moved; the next pass continues."
    )
