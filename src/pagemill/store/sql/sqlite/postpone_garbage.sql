-- The first pass is over; the second is for writers that wake up late.
UPDATE garbage SET passes = 1, due_at = pagemill_now() + :pause_seconds WHERE prefix = :prefix AND passes = 0;
