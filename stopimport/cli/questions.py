"""Yes or no, in the language in force: click asks and understands in English only."""

from __future__ import annotations

import click

from stopimport.text.language import _


def confirmed(question: str) -> bool:
    """Ask on standard error until the answer is a yes or a no; no answer is a no.

    Raises:
        Abort: Ctrl-C, or the end of the input.
    """
    # The catalogue translates the letters and the words; the English ones are understood everywhere.
    answers = {"": False, _("y"): True, _("yes"): True, _("n"): False, _("no"): False}
    answers |= {"y": True, "yes": True, "n": False, "no": False}
    shown = f"{question} [{_('y')}/{_('n').upper()}]"
    while True:
        answer = click.prompt(shown, default="", show_default=False, err=True, prompt_suffix=_(": ")).strip().lower()
        if answer in answers:
            return answers[answer]
        click.echo(_("Answer {yes} or {no}.").format(yes=_("yes"), no=_("no")), err=True)
