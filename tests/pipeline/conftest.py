"""Files made by code."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.platypus import Flowable, PageBreak, SimpleDocTemplate


def nothing(canvas: Any, template: Any) -> None:
    """A page without furniture."""


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a PDF of these pages; `furnish(canvas, template)` draws what stands on each of them."""

    def make(*pages: Sequence[Flowable], name: str = "made.pdf", furnish: Callable[[Any, Any], None] = nothing) -> Path:
        path = tmp_path / name
        story = [flowable for page in pages for flowable in (*page, PageBreak())]
        SimpleDocTemplate(str(path), invariant=1).build(story, onFirstPage=furnish, onLaterPages=furnish)
        return path

    return make
