DELETE FROM task_end
 WHERE (grain_seconds, tenant, state, start, code, duration_class) IN (
       SELECT grain_seconds, tenant, state, start, code, duration_class
         FROM task_end
        WHERE grain_seconds = :grain_seconds AND start < pagemill_now() - :age_seconds
        LIMIT :ends)
RETURNING 1;
