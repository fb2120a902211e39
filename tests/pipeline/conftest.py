"""Files made by code."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.platypus import Flowable, PageBreak, SimpleDocTemplate


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    def make(*pages: Sequence[Flowable], name: str = "made.pdf", **template: Any) -> Path:
        path = tmp_path / name
        story: list[Flowable] = []
        for page in pages:
            story += [*page, PageBreak()]
        SimpleDocTemplate(str(path), invariant=1, **template).build(story)
        return path

    return make
