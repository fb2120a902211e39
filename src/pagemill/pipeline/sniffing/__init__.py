"""What kind of file some bytes are: pure rules that intake asks about uploads and readers about files in files."""
