"""The project's own sample documents: written for it, drawn by code, the same bytes every time.

`python -m samples FOLDER` makes the five files of the demo; `python -m samples large FILE` a book of a thousand pages.
They show what Pagemill reads, and the tests use them as real files. All texts are about paper, pages and their sizes.
"""
