-- The last id that a bounded search of all tasks looks at; none if it may look at them all.
SELECT id FROM task
 WHERE id >= :lowest AND id < :before
 ORDER BY id DESC
 LIMIT 1 OFFSET :looked - 1;
