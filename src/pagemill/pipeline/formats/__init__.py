"""The readers: each turns one kind of file into pages of blocks."""
