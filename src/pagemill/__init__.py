"""Pagemill: a document-processing service that never loses a task."""

__version__ = "0.1.0"
