"""Markdown, by way of the HTML that it stands for (CommonMark with tables)."""

from markdown_it import MarkdownIt

from pagemill.domain.document import Block
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.flow import FlowReader
from pagemill.pipeline.formats.html.walk import html_blocks

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class MarkdownReader(FlowReader):
    """Reads Markdown files."""

    def flow(self, data: bytes) -> tuple[tuple[Block, ...], str]:
        """The blocks that the text means; HTML within it is read as in an HTML file."""
        return html_blocks(_MARKDOWN.render(decoded(data)))
