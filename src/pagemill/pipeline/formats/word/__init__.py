"""DOCX: Word's paragraphs, lists, tables, notes and drawings as blocks."""
