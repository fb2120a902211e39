-- The last id that a bounded search of the tasks that ended in a state looks at; none if it may look at them all.
SELECT id FROM task
 WHERE finished_at IS NOT NULL AND state = :state AND id >= :lowest AND id < :before
 ORDER BY id DESC
 LIMIT 1 OFFSET :looked - 1;
