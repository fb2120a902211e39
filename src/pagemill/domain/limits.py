"""How much a file may ask of the service; each limit is a setting with a default and an error code."""

import msgspec

MEBIBYTE = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds that a submission and its pipeline keep. Bytes, pages, megapixels (10^6 pixels), seconds.

    `max_unpacked_bytes` is what all parts of a container (Office file, e-book, mail) may unpack to together, and
    `max_unpacked_ratio` how many times larger than the file that may be; files that unpack to less than 16 MiB are never
    refused for their ratio. `max_nesting` counts containers in containers: 0 allows a mail, 1 a mail in a mail.
    `max_cells` are the cells of all tables of a file that hold something. `max_task_seconds` bounds `deadline_seconds`.
    """

    max_file_bytes: int = 1024 * MEBIBYTE
    max_pages: int = 20_000
    max_image_megapixels: int = 200
    max_unpacked_bytes: int = 2048 * MEBIBYTE
    max_unpacked_ratio: int = 200
    max_nesting: int = 4
    max_cells: int = 2_000_000
    max_result_bytes: int = 2048 * MEBIBYTE
    max_task_seconds: int = 7 * 86_400
