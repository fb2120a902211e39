"""Sheets: cells far and near become tables, each where it is on its sheet."""
