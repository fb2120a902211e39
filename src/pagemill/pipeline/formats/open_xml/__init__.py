"""What the Office Open XML formats (DOCX, PPTX, XLSX) have in common: a container of parts that point to one another."""
