"""PDF: liteparse proposes blocks, pdfium opens, counts, renders, and reads as a last resort."""
