"""`python -m samples FOLDER` and `python -m samples large FILE [--pages N] [--scanned M]`."""

import argparse
from pathlib import Path

from samples.demo_files import make_demo_files
from samples.large import make_large_pdf


def main() -> None:
    """Makes what the command line asks for and prints one path a line."""
    parser = argparse.ArgumentParser(prog="python -m samples", description="Makes Pagemill's sample documents.")
    parser.add_argument("what", help='a folder for the five demo files, or the word "large"')
    parser.add_argument("file", nargs="?", type=Path, help="with large: the PDF to write")
    parser.add_argument("--pages", type=int, default=1000, help="with large: pages in all (%(default)s)")
    parser.add_argument("--scanned", type=int, default=60, help="with large: how many of them are scans (%(default)s)")
    asked = parser.parse_args()
    if asked.what == "large":
        if asked.file is None:
            parser.error("large needs the name of the PDF to write")
        print(make_large_pdf(asked.file, pages=asked.pages, scanned=asked.scanned))
        return
    for path in make_demo_files(Path(asked.what)):
        print(path)


if __name__ == "__main__":
    main()
