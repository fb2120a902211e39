"""The SQLite engine: one writer thread, short read snapshots, all statements in `store/sql/sqlite`."""
