"""Cutting a document's segments into chunks for retrieval."""
