"""The durable truth: rows of one database that change in one transaction."""
