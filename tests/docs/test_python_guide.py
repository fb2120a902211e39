"""The Python code in the guide and in the README runs, against a real service, and prints what stands below it."""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from samples.demo_files import make_demo_files
from tests.chaos.service import Service

ROOT = Path(__file__).parents[2]
PAGES = ("docs/how-to/use-the-python-client.md", "README.md")
BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
PAPERS = ("history-of-the-page.md", "page-units.html", "paper-sizes.pdf")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "data")
    service.start()
    yield service
    service.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader works: the sample files, and some of them once more in `papers`."""
    folder = tmp_path / "work"
    (folder / "papers").mkdir(parents=True)
    make_demo_files(folder)
    for name in PAPERS:
        (folder / "papers" / name).write_bytes((folder / name).read_bytes())
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_the_code_prints_what_the_page_says(service: Service, folder: Path, monkeypatch, page: str) -> None:
    monkeypatch.setenv("PAGEMILL_URL", f"http://127.0.0.1:{service.port}")
    names: dict[str, object] = {}
    text = (ROOT / page).read_text()
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```python\n") > 0
    for code, said in blocks:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(code, page, "exec"), names)
        assert re.fullmatch(re.escape(said).replace("…", ".*?"), printed.getvalue(), re.DOTALL), printed.getvalue()
