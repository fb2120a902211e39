"""Pictures of pages as PNG."""

import io

from PIL import Image


def png_bytes(image: Image.Image, dpi: float) -> bytes:
    """The image as a PNG that says its resolution. The same pixels give the same bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()
