"""docs/cli.md is what the commands say of themselves."""

import pytest

import cli_reference
from pagemill.faces.cli.main import COMMANDS, load


def test_the_page_is_as_the_commands_are():
    assert cli_reference.PAGE.read_text() == cli_reference.page(), "run `python scripts/cli_reference.py`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_speaks_json_and_explains_itself(name):
    command = load(name)
    for single in getattr(command, "commands", {name: command}).values():
        options = {option: given for given in single.params for option in given.opts}
        assert "--json" in options
        assert [option for option, given in options.items() if not given.help and option != "--help"] == []
        assert single.help
