"""`check` fails for a licence or a size that Pagemill does not accept; `write` renews the figures of docs/dependencies.md."""

import argparse
import re
import sys
from pathlib import Path

from installed import Package, default_set, direct_dependencies, import_milliseconds

SIZE_BUDGET_MB = 700
BYTES_IN_A_MB = 1_000_000
DOCUMENT = Path(__file__).parent.parent / "docs" / "dependencies.md"

PERMISSIVE = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib",
    }
)  # fmt: skip
EXCEPTIONS = {
    (
        "certifi",
        "MPL-2.0",
    ): "a list of certificates, used as it is; the licence asks to share changes to that file only",
    ("olefile", "BSD"): "its LICENSE file is the two-clause BSD licence; only its label is vague",
    ("tqdm", "MPL-2.0"): "needed by rapidocr, used as it is; the licence asks to share changes to its files only",
}


def main() -> int:
    """Does what the command line asks for; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["check", "write"])
    return check() if parser.parse_args().action == "check" else write()


def check() -> int:
    """Prints what is wrong with the default set, or one line that says how large it is."""
    packages = default_set()
    problems = [problem for package in packages for problem in licence_problems(package)]
    total_mb = sum(package.size_bytes for package in packages) / BYTES_IN_A_MB
    if total_mb > SIZE_BUDGET_MB:
        problems.append(f"The default set takes {total_mb:.0f} MB; the budget is {SIZE_BUDGET_MB} MB.")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"Licences: {len(packages)} packages, all permissive; {total_mb:.0f} of {SIZE_BUDGET_MB} MB.")
    return 1 if problems else 0


def licence_problems(package: Package) -> list[str]:
    """A line for each licence of the package that is neither permissive nor excepted with a reason."""
    choices = [_refused(package.name, choice) for choice in re.split(r"\s+OR\s+", package.licence.strip("()"))]
    if not all(choices):
        return []
    return [
        f"{package.name} {package.version} has the licence {licence!r}, which is not allowed." for licence in choices[0]
    ]


def write() -> int:
    """Puts the licence, size and import time of each direct dependency into its row of the table."""
    packages = {package.name: package for package in default_set()}
    lines = DOCUMENT.read_text().splitlines()
    missing = [name for name in direct_dependencies() if not any(line.startswith(f"| `{name}` |") for line in lines)]
    if missing:
        print(f"{DOCUMENT} has no row that says why these are needed: {', '.join(missing)}", file=sys.stderr)
        return 1
    renewed = [_renewed(line, packages) for line in lines]
    DOCUMENT.write_text("\n".join(renewed) + "\n")
    return 0


def _refused(name: str, licences: str) -> list[str]:
    parts = re.split(r"\s+AND\s+", licences.strip("()"))
    return [part for part in parts if part not in PERMISSIVE and (name, part) not in EXCEPTIONS]


def _renewed(line: str, packages: dict[str, Package]) -> str:
    row = re.fullmatch(r"\| `([a-z0-9-]+)` \| (.+?) \|[^|]*\|[^|]*\|[^|]*\|", line)
    if row is None:
        return line
    name, why = row.groups()
    package = packages[name]
    size_mb, import_ms = package.size_bytes / BYTES_IN_A_MB, import_milliseconds(name)
    return f"| `{name}` | {why} | {package.licence} | {size_mb:.1f} | {import_ms} |"


if __name__ == "__main__":
    sys.exit(main())
