"""A file comes in: what it is, where its bytes go, and the one durable row that accepts it."""
