"""The settings: environment first, then `pagemill.toml` in the working directory, then the defaults.

Names in the environment begin with `PAGEMILL_`; in the file they are lower-case and without it. An unknown name is an error.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import TomlConfigSettingsSource as TomlSource

from pagemill.domain.access import DEFAULT_TENANT
from pagemill.intake.keyring import ApiKey

PREFIX = "PAGEMILL_"
FILE_NAME = "pagemill.toml"
CLIENT_NAMES = frozenset({"PAGEMILL_URL", "PAGEMILL_API_KEY"})
"""Read by the commands that talk to a running service."""

SHORTEST_KEY = 16


class SettingsError(Exception):
    """The settings cannot be used. The message names each one that is wrong, never its value."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _keys(given: Any) -> Any:
    """`key` or `tenant:key`, as a list or separated by commas."""
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(_key(part) if isinstance(part, str) else part for part in parts if part)


def _key(given: str) -> ApiKey:
    tenant, colon, key = given.strip().rpartition(":")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key has at least {SHORTEST_KEY} characters")
    return ApiKey(tenant if colon else DEFAULT_TENANT, key)


def _only_sqlite(url: str) -> str:
    if url and not url.startswith("sqlite"):
        raise ValueError("only SQLite in the data folder works so far; PostgreSQL comes later")
    if url:
        raise ValueError("the SQLite database lies in the data folder: set PAGEMILL_DATA instead")
    return url


def _only_folder(url: str) -> str:
    if url:
        raise ValueError("only a folder in the data folder works so far; s3://, gs:// and az:// come later")
    return url


def _web_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    return url.rstrip("/")


class Settings(BaseSettings):
    """Everything that can be set. docs/settings.md has the same table."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE_NAME, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data: Path = Field(Path("data"), description="Folder for the database and the files.")
    database_url: Annotated[str, AfterValidator(_only_sqlite)] = Field(
        "", repr=False, description="Empty: SQLite in the data folder. Nothing else works yet."
    )
    storage_url: Annotated[str, AfterValidator(_only_folder)] = Field(
        "", repr=False, description="Empty: a folder in the data folder. Nothing else works yet."
    )
    max_file_mb: int = Field(1024, ge=1, le=1024 * 1024, description="Largest file, in MB (1024 × 1024 bytes).")
    max_pages: int = Field(20_000, ge=1, description="Most pages of a file.")
    max_image_megapixels: int = Field(200, ge=1, description="Largest image, in millions of pixels.")
    max_queued: int = Field(
        10_000, ge=1, le=10_000, description="Most jobs that wait or run; over it submissions are answered with 429."
    )
    max_queued_per_tenant: int = Field(
        5_000,
        ge=1,
        le=10_000,
        description="Most jobs of one tenant that wait or run; over it, the same for that tenant.",
    )
    max_unpacked_mb: int = Field(
        2048, ge=1, description="Most that a container (Office file, mail, e-book) may unpack to, in MB."
    )
    max_unpacked_ratio: int = Field(
        200, ge=2, description="How many times its own size that may be; 16 MB are always allowed."
    )
    max_nesting: int = Field(
        4, ge=0, le=20, description="How deep files may lie in files (a mail in a mail in a mail is 2)."
    )
    max_cells: int = Field(2_000_000, ge=1, description="Most cells with content in all tables of a file.")
    max_result_mb: int = Field(2048, ge=1, description="Largest form of a result, in MB.")
    max_task_seconds: int = Field(
        604_800, ge=1, description="Longest that a task may take from its submission; shortens `deadline_seconds`."
    )
    body_seconds: float = Field(
        30.0, gt=0, le=3600, description="How long the body of a request may stand still before it is given up."
    )
    page_seconds: float = Field(60.0, gt=0, description="Longest that one page may take.")
    job_seconds: float = Field(900.0, gt=0, description="Longest that one job (a range of pages) may take.")
    text_slots: int = Field(
        default_factory=_cores, ge=1, le=512, description="Text jobs at a time. Default: the number of cores."
    )
    model_slots: int = Field(
        default_factory=_cores, ge=1, le=512, description="Recognition jobs at a time. Default: the number of cores."
    )
    text_memory_mb: int = Field(1024, ge=128, description="Most memory of a child that reads text, in MB.")
    model_memory_mb: int = Field(2048, ge=256, description="Most memory of a child that runs models, in MB.")
    api_keys: Annotated[tuple[ApiKey, ...], NoDecode, BeforeValidator(_keys)] = Field(
        (),
        repr=False,
        description="Keys for the API, separated by commas, each `key` or `tenant:key`. None: open, to this machine only.",
    )
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "", description="Address that links begin with. Empty: links are paths."
    )
    grace_seconds: float = Field(
        10.0, ge=1, le=3600, description="How long the service may take to stop after SIGTERM."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the file."""
        return init_settings, env_settings, TomlSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """The settings; `given` ones (a command's own options) win. Raises `SettingsError`."""
    _refuse_unknown(os.environ)
    try:
        return Settings(**given)
    except ValidationError as problem:
        raise SettingsError(_explained(problem)) from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{FILE_NAME} cannot be read: {problem}") from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = CLIENT_NAMES | {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(f"there is no setting {', '.join(unknown)}; docs/settings.md lists all of them")


def _explained(problem: ValidationError) -> str:
    lines = [f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper()}: {_reason(fault)}" for fault in problem.errors()]
    return "the settings cannot be used:\n  " + "\n  ".join(lines)


def _reason(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return f"there is no such setting (in {FILE_NAME}); docs/settings.md lists all of them"
    return str(fault["msg"])
