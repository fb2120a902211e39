"""docs/settings.md lists every setting with its default and what it does."""

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from pagemill.config import CLIENT_NAMES, PREFIX, Settings

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()


def test_every_setting_has_its_row_and_there_are_no_others():
    expected = [_row(name) for name in Settings.model_fields]
    assert [line for line in TEXT.splitlines() if line.startswith(f"| `{PREFIX}") and line.count("|") == 4] == expected


def test_what_the_commands_read_is_listed_too():
    assert set(re.findall(rf"`({PREFIX}\w+)`", TEXT)) >= CLIENT_NAMES


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = "cores" if field.default is PydanticUndefined else str(field.default or "").removesuffix(".0")
    shown = "" if default == "()" else default
    return f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |"
