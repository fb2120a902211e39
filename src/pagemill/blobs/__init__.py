"""Stored bytes: inputs, page readings, results."""
