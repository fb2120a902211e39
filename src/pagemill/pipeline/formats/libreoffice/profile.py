"""The settings of a LibreOffice that trusts no file: no macros, no links followed, nothing looked up."""

from pathlib import Path

_OFFICE = "/org.openoffice.Office"
_SETTINGS = (
    (f"{_OFFICE}.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_OFFICE}.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_OFFICE}.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_OFFICE}.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Setup/Product", "ooSetupLastVersion", "99.9"),  # an upgrade would test its drawing, for 0.7 s
    (f"{_OFFICE}.Writer/Content/Update", "Link", "0"),
    (f"{_OFFICE}.Writer/Content/Update", "Field", "false"),
    (f"{_OFFICE}.Writer/Content/Update", "Chart", "false"),
    (f"{_OFFICE}.Calc/Content/Update", "Link", "1"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)


def write_profile(folder: Path) -> None:
    """Makes a new profile with these settings."""
    rows = (
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(f"{_HEAD}{''.join(rows)}</oor:items>\n")
