"""HTML files."""

import re

from pagemill.domain.document import Block
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.flow import FlowReader
from pagemill.pipeline.formats.html.walk import html_blocks

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE
)
_HEAD_BYTES = 4096


class HtmlReader(FlowReader):
    """Reads HTML files."""

    def flow(self, data: bytes) -> tuple[tuple[Block, ...], str]:
        """The blocks of the body, and the `<title>`."""
        return blocks_of_html(data)


def blocks_of_html(data: bytes) -> tuple[tuple[Block, ...], str]:
    """The blocks and the title of an HTML file, in the encoding that it declares."""
    declared = _DECLARED.search(data[:_HEAD_BYTES])
    return html_blocks(decoded(data, declared.group(1).decode("ascii") if declared else ""))
