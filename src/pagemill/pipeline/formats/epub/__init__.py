"""E-books (EPUB), a page a chapter."""
