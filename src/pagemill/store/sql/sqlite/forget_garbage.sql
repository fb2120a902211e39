-- Something that is needed lies under it.
DELETE FROM garbage WHERE prefix = :prefix;
