"""`pagemill ingest`: files that are put into a folder go to a running service, and their results come back beside them."""
