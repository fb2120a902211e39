"""docs/options.md lists every option with its values and default."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagemill.domain.document import SegmentType
from pagemill.domain.options import Options, parse_options

TEXT = (Path(__file__).parents[2] / "docs" / "options.md").read_text()
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.*?) \| `(.*?)` \| (.+) \|$", re.MULTILINE)
ROWS = {name: (values, default, meaning) for name, values, default, meaning in ROW.findall(TEXT)}
_, SCHEMAS = msgspec.json.schema_components([Options])


def _leaves(name: str, prefix: str = "") -> dict[str, dict[str, Any]]:
    """Every option, those of `chunks` with a dot."""
    leaves = {}
    for option, schema in SCHEMAS[name]["properties"].items():
        target = _target(schema)
        if target is not None and "properties" in SCHEMAS[target]:
            leaves |= _leaves(target, f"{option}.")
        else:
            leaves[prefix + option] = schema
    return leaves


def _target(schema: dict[str, Any]) -> str | None:
    references = [part["$ref"] for part in (schema, *schema.get("anyOf", ())) if "$ref" in part]
    return references[0].rpartition("/")[2] if references else None


LEAVES = _leaves("Options")


def test_every_option_has_its_row_and_there_are_no_others():
    assert list(ROWS) == list(LEAVES)


@pytest.mark.parametrize("name", LEAVES)
def test_a_row_names_the_default_and_every_value(name: str):
    values, default, _ = ROWS[name]
    holder, _, leaf = name.rpartition(".")
    owner = getattr(Options(), holder) if holder else Options()
    assert msgspec.json.decode(default) == msgspec.json.decode(msgspec.json.encode(getattr(owner, leaf)))
    target = _target(LEAVES[name])
    for value in SCHEMAS[target]["enum"] if target else ():
        assert f"`{value}`" in values


def test_every_type_of_segment_is_named():
    for kind in SegmentType:
        assert f"`{kind}`" in TEXT


def test_the_examples_are_valid():
    examples = re.findall(r"```json\n(.+?)```", TEXT, re.DOTALL)
    assert examples
    for example in examples:
        assert parse_options(msgspec.json.decode(example))
