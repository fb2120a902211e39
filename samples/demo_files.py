"""The five files of the demo, one of each kind that Pagemill reads."""

from pathlib import Path

from samples.article import draw_article
from samples.photo import draw_photo
from samples.scan import draw_scan

WRITTEN = Path(__file__).parent / "written"


def make_demo_files(folder: Path) -> tuple[Path, ...]:
    """Writes the five files into `folder`, which is made if needed, and returns their paths. They are always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "paper-sizes.pdf": draw_article(),
        "vat-book-scan.pdf": draw_scan(),
        "recipe-photo.png": draw_photo(),
        "page-units.html": (WRITTEN / "page-units.html").read_bytes(),
        "history-of-the-page.md": (WRITTEN / "history-of-the-page.md").read_bytes(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in files)
