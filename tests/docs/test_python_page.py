"""docs/python.md names everything that can be imported, with its arguments and fields as they are, and nothing else."""

import enum
import inspect
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

import pagemill
import pagemill.client
from pagemill.faces.client import __all__ as client_names

TEXT = (Path(__file__).parents[2] / "docs" / "python.md").read_text()
SECTIONS = dict(re.findall(r"(?ms)^### `(\w+)`\n(.*?)(?=^##|\Z)", TEXT))
ROW = re.compile(r"(?m)^\| `([^`]+)` \| .+ \|$")
PUBLIC = {name: getattr(pagemill.client, name) for name in client_names} | {
    name: getattr(pagemill, name) for name in pagemill.__all__ if not name.startswith("__")
}
SAME_AS = {"AsyncClient": "Client", "AsyncTask": "Task"}


def test_every_public_name_has_its_section_and_there_are_no_others():
    assert sorted(SECTIONS) == sorted(PUBLIC)


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in SAME_AS])
def test_a_section_lists_what_the_name_has(name: str):
    assert sorted(ROW.findall(SECTIONS[name])) == sorted(parts_of(PUBLIC[name]))


def parts_of(value: object) -> list[str]:
    """Its methods with their arguments, its properties, fields, values or keys: what is its own."""
    if inspect.isfunction(value):
        return [written(value.__name__, value)]
    if isinstance(value, enum.EnumMeta):
        return [f"{member.name} = {str(member)!r}".replace("'", '"') for member in value]
    if not isinstance(value, type):
        return []
    if issubclass(value, dict) or hasattr(value, "__required_keys__"):
        return list(value.__annotations__)
    return [*fields_of(value), *(written(name, method) for name, method in methods_of(value))]


def fields_of(kind: type) -> Iterable[str]:
    if issubclass(kind, msgspec.Struct):
        inherited = set(kind.__mro__[1].__struct_fields__) if hasattr(kind.__mro__[1], "__struct_fields__") else set()
        return [name for name in kind.__struct_fields__ if name not in inherited]
    return [name for name, _ in inspect.getmembers(kind, lambda part: isinstance(part, property))]


def methods_of(kind: type) -> Iterable[tuple[str, object]]:
    if issubclass(kind, Exception | msgspec.Struct):
        return []
    found = inspect.getmembers(kind, inspect.isfunction)
    return [(name, method) for name, method in found if not name.startswith("_")]


def written(name: str, function: object) -> str:
    """`name(argument, *, other=0)`."""
    signature = inspect.signature(function)
    arguments = [part.replace(annotation=part.empty) for part in signature.parameters.values() if part.name != "self"]
    return name + str(signature.replace(parameters=arguments, return_annotation=signature.empty)).replace("'", '"')
