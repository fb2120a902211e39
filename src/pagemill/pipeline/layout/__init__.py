"""The pass over the whole document: what each block is, seen from all pages."""
