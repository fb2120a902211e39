-- The last id that a bounded search of a tenant's tasks that ended in a state looks at; none if it may look at them all.
SELECT id FROM task INDEXED BY task_over_by_tenant
 WHERE finished_at IS NOT NULL AND tenant = :tenant AND state = :state
   AND id >= :lowest AND id < :before
 ORDER BY id DESC
 LIMIT 1 OFFSET :looked - 1;
