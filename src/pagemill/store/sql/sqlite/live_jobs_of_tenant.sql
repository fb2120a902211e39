-- A live task has at least one live job, so :bound tasks are enough to know whether there are :bound jobs.
SELECT coalesce(sum(open_jobs), 0) FROM (SELECT open_jobs FROM task
                                         WHERE tenant = :tenant AND finished_at IS NULL LIMIT :bound);
