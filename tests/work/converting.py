"""A process of its own that converts an old Word file: `python -m tests.work.converting file`."""

import sys

from pagemill.domain.formats import DOC
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.libreoffice.convert import TO_DOCX, converted_file
from pagemill.pipeline.source import Source

if __name__ == "__main__":
    with converted_file(Source(sys.argv[1], "old.doc", DOC), TO_DOCX, Limits()):
        pass
