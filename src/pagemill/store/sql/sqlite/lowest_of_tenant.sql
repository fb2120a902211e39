-- The last id that a bounded search of a tenant's tasks looks at; none if it may look at them all.
SELECT id FROM task
 WHERE tenant = :tenant AND id >= :lowest AND id < :before
 ORDER BY id DESC
 LIMIT 1 OFFSET :looked - 1;
