"""What `parse` returns."""

import msgspec

from pagemill.blobs.keys import DOCUMENT_HTML, DOCUMENT_JSON, DOCUMENT_MARKDOWN, DOCUMENT_TEXT, page_image
from pagemill.blobs.port import Blobs
from pagemill.domain.document import Document


class Parsed(Document, frozen=True, kw_only=True):
    """A `Document` with its renditions: the whole text as Markdown, as HTML that is safe to show, and plain.

    `page_images` are PNGs by page number, with the option of that name.
    """

    markdown: str
    html: str
    text: str
    page_images: dict[int, bytes] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        counts = f"{len(self.pages)} pages, {len(self.segments)} segments, {len(self.chunks)} chunks"
        return f"<Parsed {self.file_name}: {counts}>"


def parsed_from(blobs: Blobs, result_key: str) -> Parsed:
    """The result that lies under this key."""
    document = msgspec.json.decode(blobs.get(result_key + DOCUMENT_JSON), type=Document)
    return Parsed(
        **msgspec.structs.asdict(document),
        markdown=blobs.get(result_key + DOCUMENT_MARKDOWN).decode(),
        html=blobs.get(result_key + DOCUMENT_HTML).decode(),
        text=blobs.get(result_key + DOCUMENT_TEXT).decode(),
        page_images={
            page.number: blobs.get(result_key + page_image(page.number)) for page in document.pages if page.image
        },
    )
