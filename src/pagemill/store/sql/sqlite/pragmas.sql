-- Every commit is on disk before it is answered, deleted content is overwritten, and readers never block the writer.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
