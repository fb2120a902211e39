"""Segments and documents in the forms that users read: Markdown, HTML, text, JSON."""
