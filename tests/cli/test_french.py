"""The real command in French, by locale and by --lang: what people read is French, what programs read never changes."""

from __future__ import annotations

import json

import openpyxl
import pytest

FRENCH = {"LANG": "fr_FR.UTF-8"}
ROWS = "Portable\n06 00 00 10 01\nbonjour\n" + "".join(f"060000{number:04}\n" for number in range(2000, 3300))


@pytest.fixture
def export(program):
    """An export with 1,302 entries, one of which is rejected."""
    return program.write("export.csv", ROWS)


@pytest.mark.parametrize("way", [("--lang", "fr"), ("--lang=fr",), FRENCH, {"STOPIMPORT_LANG": "fr"}], ids=str)
def test_a_run_is_told_in_french(program, export, way):
    """Summary, report, messages and figures are French; columns, statuses and reasons stay as they are."""
    args, variables = (way, {}) if isinstance(way, tuple) else ((), way)
    done = program("run", export, "--sandbox", "--rate", "100000/s", "--out", "r", *args, **variables)
    told = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "Terminé\u00a0: tous les numéros valides sont sur la liste STOP." in told
    assert "1\u202f302" in told
    (reject,) = program.rows("r", "rejects.csv")
    assert reject["reason"] == "not_a_phone_number"
    assert reject["message"].startswith("La cellule contient autre chose\u00a0: des mots, une date")
    assert {row["status"] for row in program.rows("r")} == {"added"}
    assert program.summary("r")["state"] == "complete"
    page = (program.folder / "r" / "report.html").read_text("utf-8")
    assert '<html lang="fr"' in page
    assert "ne recevraient plus de SMS" in page


def test_the_read_me_is_french(program, export):
    """The workbook's explanations are French; its columns' names are those of the contract."""
    program("check", export, "--format", "xlsx", "--out", "r", **FRENCH)
    results = openpyxl.load_workbook(program.folder / "r" / "rejects.xlsx")
    readme = [[cell.value for cell in row] for row in results.worksheets[1].iter_rows()]
    assert ["Lignes sous les en-têtes", "1\u202f302"] in [row[:2] for row in readme]
    assert ["corrected", "Pour vous\u00a0: écrivez ici le bon numéro et importez ce fichier."] in [
        row[:2] for row in readme
    ]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["run", "absent.csv"], "Le fichier ou dossier «\u00a0absent.csv\u00a0» n’existe pas."),
        (["run"], "Il manque\u00a0: FICHIER."),
        (["run", "export.csv", "--rat", "3"], "L’option --rat n’existe pas. Vouliez-vous dire"),
        (["run", "export.csv", "--attempts", "0"], "--attempts ne peut pas valoir «\u00a00\u00a0». Valeur attendue"),
        (["run", "export.csv", "--hidden", "no"], "--hidden ne peut pas valoir «\u00a0no\u00a0». Valeur attendue"),
        (["run", "export.csv", "--rate"], "--rate demande une valeur."),
        (["run", "export.csv", "--yes=3"], "--yes ne prend pas de valeur."),
        (["sandbox", "--port", "x"], "--port a une valeur non valide. Valeur attendue\u00a0: un nombre entier."),
        (["verify", "r", "s"], "«\u00a0s\u00a0» est en trop"),
        (["frobnicate"], "La commande «\u00a0frobnicate\u00a0» n’existe pas."),
        (["--lang", "fr"], "Il manque une commande."),
    ],
)
def test_errors_are_told_in_french(quick, export, args, told):
    """What is wrong and what to do: wrong usage too, although click knows English only."""
    done = quick(*args, **FRENCH)
    assert done.returncode == 2
    assert told in done.stderr


def test_what_stands_in_the_files_is_quoted_in_french(quick):
    """The values and columns that a guard or a notice shows, with their counts."""
    rows = "".join(
        f"060000{number:04};;{'abonné' if number == 2000 else 'désinscrit'}\n" for number in range(2000, 3300)
    )
    quick.write("export.csv", f"Portable;Fixe;Statut\n;06 00 00 10 01;désinscrit\n{rows}")
    guard = quick("check", "export.csv", "--out", "r", **FRENCH)
    assert "(«\u00a0désinscrit\u00a0» (1\u202f300), «\u00a0abonné\u00a0» (1))" in guard.stderr
    done = quick("check", "export.csv", "--all-rows", "--out", "s", "--json", **FRENCH)
    [notice] = json.loads(done.stdout)["notices"]
    assert "dans «\u00a0Fixe\u00a0», pas dans «\u00a0Portable\u00a0»" in notice


@pytest.mark.parametrize("args", [["--lang", "fr", "--help"], ["--help", "--lang=FR"], ["-h", "--lang", "fr"]])
@pytest.mark.parametrize("command", [[], ["run"], ["config"], ["config", "show"]], ids=" ".join)
def test_help_is_french(quick, command, args):
    """Headings, texts, options and defaults; names of commands and options stay."""
    told = quick(*command, *args).stdout
    assert told.startswith(f"Utilisation\u00a0: {' '.join(['stopimport', *command])} [OPTIONS]")
    assert "Options\u00a0:" in told
    assert "Afficher cette aide et quitter." in told
    assert not {"Usage", "Show", "Options:", "Commands:", "default:"} & set(told.split())


def test_help_shows_what_an_option_is_by_default(quick):
    """The default is told in the language too, with arguments and values named in it."""
    told = " ".join(quick("run", "--help", **FRENCH).stdout.split())
    assert "--attempts N Essais par numéro, le premier compris. [par défaut : 5]" in told
    assert "--column NOM" in told
    assert "run [OPTIONS] FICHIER..." in told


def test_the_settings_file_says_the_language(quick):
    """Of help and errors too; the command line goes before it."""
    config = quick.write("stopimport.toml", 'lang = "fr"\n')
    (quick.folder / config).chmod(0o600)
    assert quick("run", "absent.csv", "--config", config).stderr.startswith("stopimport: Le fichier")
    assert quick("run", "--config", config).stderr.startswith("stopimport: Il manque")
    assert quick("run", "absent.csv", "--config", config, "--lang", "en").stderr.startswith(
        "stopimport: The file or folder"
    )


def test_json_stays_as_it_is(quick, export):
    """Only the words for people in it are in their language."""
    found = json.loads(quick("check", export, "--json", "--out", "r", **FRENCH).stdout)
    assert (found["state"], found["rejects_by_reason"]) == ("checked", {"not_a_phone_number": 1})
    found = json.loads(quick("run", "absent.csv", "--json", **FRENCH).stdout)
    assert found["exit_code"] == 2
    assert "n’existe pas" in found["error"]


def test_a_poor_terminal_gets_plain_signs(program, export):
    """Where the encoding has no narrow space or apostrophe, plain ones are in their place, never a question mark."""
    done = program("run", "absent.csv", "--lang", "fr", PYTHONIOENCODING="latin-1")
    assert done.stderr.decode("latin-1").startswith(
        "stopimport: Le fichier ou dossier «\u00a0absent.csv\u00a0» n'existe pas. Vérifiez"
    )
    done = program("check", export, "--lang", "fr", "--out", "r", PYTHONIOENCODING="ascii")
    printed = done.stdout.decode("ascii")
    assert printed.startswith("Simulation : rien n'a ete ajoute a la liste STOP.")
    assert '" corrected "' in printed
    assert "?" not in printed
