-- The second pass is over. Before it is due this is a repeated answer to the first.
DELETE FROM garbage WHERE prefix = :prefix AND passes = 1 AND due_at <= pagemill_now();
