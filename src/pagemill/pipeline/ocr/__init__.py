"""From a page image to words, and from words to a text layer that the PDF reader takes for a born-digital page."""
