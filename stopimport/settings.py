"""The settings in force for one command.

What the stages get are the frozen option classes that they define themselves, made by `Settings.of`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from stopimport.cleaning.entries import CleanOptions
from stopimport.loading.cells import LoadOptions
from stopimport.options import BY_KEY, options_of
from stopimport.sending.outcomes import SendOptions
from stopimport.values import parse_rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

SettingValue = bool | int | float | str | tuple[str, ...] | None
"""What a setting can be, as the record of a run has it."""
_PASSING = frozenset(
    {
        *("out", "wait", "account", "new_key", "coordinator", "dask", "yes", "api_key_file", "max_file_size"),
        *("json", "quiet", "verbose", "log_format", "lang"),
    }
)
"""Settings that say where and how something is shown, or who is asked for leave, not what is done."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for one command, by `Option.key`."""

    values: Mapping[str, Any] = field(default_factory=dict)
    picked: tuple[tuple[str, str, int, tuple[int, ...]], ...] = ()
    """See `loading.cells.LoadOptions.picked`: a click has no name that an option could have."""
    left_out: tuple[tuple[str, str], ...] = ()
    """See `loading.cells.LoadOptions.left_out`."""
    careful: bool = False
    """See `loading.cells.LoadOptions.careful`."""
    lone: bool = False
    """See `loading.cells.LoadOptions.lone`."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - the table holds values of many types
        """Return the value in force for `key`: the one given, else the default."""
        return self.values[key] if key in self.values else BY_KEY[key].default

    def changed(self, **values: object) -> Settings:
        """Return settings with other values, as if somebody had set them."""
        return replace(self, values={**self.values, **values})

    def in_force(self, command: str, *, given: bool = False) -> dict[str, SettingValue]:
        """Return the settings of `command` that shape what it does, as JSON has them, for the record of a run.

        Args:
            command: its name.
            given: only those that somebody set.
        """
        options = [option for option in options_of(command) if option.key not in _PASSING]
        chosen = [option.key for option in options if self.given(option.key) or not given]
        values = {key: self[key] for key in chosen}
        return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}

    def of_account(self) -> dict[str, SettingValue]:
        """Return what somebody set of whose account it is and who deals out its rate, for another process that sends.

        There may be a password in it.
        """
        return {key: self.values[key] for key in ("account", "coordinator") if self.given(key)}

    def given(self, key: str) -> bool:
        """Whether somebody set `key`, so that it is not the default."""
        return key in self.values

    def of(self, options: type[T], **others: object) -> T:
        """Return the settings of one stage: an object of the frozen class `options`, its fields named as the options.

        Args:
            options: the class; fields that are neither options nor in `others` keep their defaults.
            others: the values of fields that no option has.

        Raises:
            BadOption: a value cannot be understood.
        """
        chosen = {each.name: self._typed(each.name) for each in fields(options) if each.name in BY_KEY.keys() - others}
        return options(**chosen, **others)

    def _typed(self, key: str) -> Any:  # noqa: ANN401 - the table holds values of many types
        option, value = BY_KEY[key], self[key]
        if option.parse:
            return option.parse(value)
        if option.multiple:
            return tuple(value or ())
        if option.kind == "flag":
            return bool(value)
        return Path(value) if option.kind in {"file", "folder"} and value else value

    def load_options(self) -> LoadOptions:
        """Return the settings of reading."""
        clicked = {"picked": self.picked, "left_out": self.left_out}
        options = self.of(LoadOptions, **clicked, careful=self.careful, lone=self.lone)
        if (options.country_column or "").strip().lower() == "none":
            return replace(options, country_column=None, no_country=True)
        return options

    def clean_options(self) -> CleanOptions:
        """Return the settings of cleaning."""
        return self.of(CleanOptions)

    def send_options(self) -> SendOptions:
        """Return the settings of sending."""
        rate, window = parse_rate(str(self["rate"]))
        return self.of(SendOptions, rate=rate, window=window)

    @property
    def api_key_file(self) -> Path | None:
        """The file that holds the API key; it is not for any stage."""
        return Path(self["api_key_file"]) if self["api_key_file"] else None
