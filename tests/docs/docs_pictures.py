"""The pages' pictures: `python tests/docs/docs_pictures.py` draws them with Chromium, LibreOffice and poppler."""

from __future__ import annotations

import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
PICTURES = SAMPLES / "pictures"
PAGE = {"width": 1100, "height": 900}
REPORT = {"width": 920, "height": 1070}
TERMINAL = {"width": 780, "height": 600}
COLOURS = {"1": "#ffffff", "32;1": "#4cc38a", "33;1": "#f0a04b", "31;1": "#ff7b72"}
STYLE = (
    "margin: 0; padding: 18px 22px; background: #12161b; color: #d5dbe2; font: 14px/1.35 'DejaVu Sans Mono', monospace"
)


def printed(command: list[str], folder: Path) -> str:
    """Run a command on a terminal of its own, and return what it prints there, colours and all."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"COLUMNS": "80", "TERM": "xterm", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    text = b""
    try:
        while data := os.read(ours, 65536):
            text += data
    except OSError:  # Linux says so that the other end is closed
        pass
    os.close(ours)
    process.wait()
    return text.decode().replace("\r\n", "\n").rstrip("\n")


def coloured(text: str) -> str:
    """Return what a terminal shows as HTML."""

    def span(found: re.Match[str]) -> str:
        return "</b>" if found[1] == "0" else f'<b style="color: {COLOURS[found[1]]}">'

    return re.sub(r"\x1b\[([\d;]*)m", span, html.escape(text))


def draw(folder: Path) -> None:
    """Import the samples in `folder`, and draw report and summary."""
    shutil.copytree(SAMPLES, folder / "sample_data", ignore=shutil.ignore_patterns("pictures"))
    typed = "stopimport run sample_data/ --sandbox"
    command = [sys.executable, "-m", *typed.split(), "--yes", "--rate", "40/s", "--lang", "en"]
    # The first half says what the program does; the whole is in the README as text.
    shown = printed(command, folder).partition("\n\n\x1b[1mWhat to correct")[0] + "\n  …"
    (report,) = folder.glob("stopimport-runs/*/report.html")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--disable-gpu"], chromium_sandbox=os.getuid() != 0
        )
        page = browser.new_page(viewport=REPORT, color_scheme="light")
        page.goto(report.as_uri())
        page.screenshot(path=PICTURES / "report.png")
        page = browser.new_page(viewport=TERMINAL)
        page.set_content(f'<pre style="{STYLE}">$ {typed}\n{coloured(shown)}</pre>')
        page.locator("pre").screenshot(path=PICTURES / "terminal.png")
        browser.close()


def draw_workbook(folder: Path) -> None:
    """Draw the upper left of the results workbook, as LibreOffice prints it."""
    run = [sys.executable, "-m", "stopimport", "run", SAMPLES, "--sandbox", "--yes", "--rate", "200/s", "--quiet"]
    subprocess.run([*run, "--format", "xlsx", "--out", folder / "book"], check=True)
    results, printed_results = folder / "book" / "results.xlsx", folder / "results.pdf"
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, results], check=True)
    part = ["-r", "190", "-x", "135", "-y", "185", "-W", "1120", "-H", "340"]
    subprocess.run(["pdftoppm", "-png", "-singlefile", *part, printed_results, PICTURES / "workbook"], check=True)


def draw_page(folder: Path, language: str, picture: str) -> None:
    """Draw the web page with the shop's export in it, as a colleague sees it."""
    command = [sys.executable, "-m", "stopimport", "web", "--sandbox", "--no-open", "--json", "--lang", language]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        said = process.stdout.readline()
        (address,) = re.findall(r'http://[^"]+', said)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--disable-gpu"], chromium_sandbox=os.getuid() != 0
            )
            page = browser.new_page(viewport=PAGE, color_scheme="light", locale=language)
            page.goto(address)
            page.set_input_files("#files", SAMPLES / "boutique.csv")
            page.locator("#go-on:enabled").wait_for()
            page.screenshot(path=PICTURES / picture)
            browser.close()
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        draw(Path(scratch))
        draw_workbook(Path(scratch))
        draw_page(Path(scratch), "en", "page.png")
        draw_page(Path(scratch), "fr", "page-fr.png")
