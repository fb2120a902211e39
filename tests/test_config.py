"""The settings: environment, then file, then defaults; what is unknown or wrong is named."""

import pytest

from pagemill.config import FILE_NAME, Settings, SettingsError, load_settings
from pagemill.intake.service import ApiKey

KEY = "a-long-and-secret-key"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path, monkeypatch):
    """An empty folder, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAGEMILL_{name.upper()}", raising=False)


def test_everything_has_a_default():
    settings = load_settings()
    assert str(settings.data) == "data"
    assert settings.text_slots >= 1
    assert settings.api_keys == ()


def test_an_argument_beats_the_environment_beats_the_file(tmp_path, monkeypatch):
    (tmp_path / FILE_NAME).write_text("max_pages = 1\nmax_file_mb = 1\nmax_queued = 1")
    monkeypatch.setenv("PAGEMILL_MAX_FILE_MB", "2")
    monkeypatch.setenv("PAGEMILL_MAX_QUEUED", "2")
    settings = load_settings(max_queued=3)
    assert (settings.max_pages, settings.max_file_mb, settings.max_queued) == (1, 2, 3)


def test_an_unknown_name_is_an_error_wherever_it_stands(tmp_path, monkeypatch):
    monkeypatch.setenv("PAGEMILL_MAX_FILES", "2")
    with pytest.raises(SettingsError, match="PAGEMILL_MAX_FILES"):
        load_settings()
    monkeypatch.delenv("PAGEMILL_MAX_FILES")
    (tmp_path / FILE_NAME).write_text("max_file = 2")
    with pytest.raises(SettingsError, match=f"MAX_FILE: there is no such setting .in {FILE_NAME}"):
        load_settings()


def test_what_the_commands_read_is_known(monkeypatch):
    monkeypatch.setenv("PAGEMILL_URL", "http://localhost:1")
    monkeypatch.setenv("PAGEMILL_API_KEY", KEY)
    assert load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_PAGES", "many"),
        ("MAX_QUEUED", "0"),
        ("TEXT_SLOTS", "0"),
        ("PAGE_SECONDS", "-1"),
        ("PUBLIC_URL", "mill.example"),
        ("STORAGE_URL", "s3://bucket"),
        ("DATABASE_URL", "postgresql://u:pass@h/d"),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("API_KEYS", "too-short"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_but_never_shown(monkeypatch, name: str, value: str):
    monkeypatch.setenv(f"PAGEMILL_{name}", value)
    with pytest.raises(SettingsError, match=f"PAGEMILL_{name}") as problem:
        load_settings()
    if name in ("DATABASE_URL", "API_KEYS"):
        assert value not in str(problem.value)


def test_keys_are_a_list_each_with_its_tenant_and_are_never_printed(monkeypatch):
    monkeypatch.setenv("PAGEMILL_API_KEYS", f"acme:{KEY}, {KEY[::-1]}")
    settings = load_settings()
    assert settings.api_keys == (ApiKey("acme", KEY), ApiKey("default", KEY[::-1]))
    assert KEY not in f"{settings!r} {settings} {settings.api_keys}"


def test_keys_in_the_file_may_be_a_list(tmp_path):
    (tmp_path / FILE_NAME).write_text(f'api_keys = ["{KEY}"]')
    assert load_settings().api_keys == (ApiKey("default", KEY),)


def test_a_file_that_is_no_toml_is_named(tmp_path):
    (tmp_path / FILE_NAME).write_text("max_pages: 3")
    with pytest.raises(SettingsError, match=FILE_NAME):
        load_settings()
