"""How much a file may ask of the service; each limit is a setting with a default and an error code."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds that a submission and its pipeline keep. Bytes, pages, megapixels (10^6 pixels)."""

    max_file_bytes: int = 1024 * 1024 * 1024
    max_pages: int = 20_000
    max_image_megapixels: int = 200
