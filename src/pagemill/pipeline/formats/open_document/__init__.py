"""OpenDocument: text, slides and sheets as LibreOffice writes them."""
