-- What assemble puts together: finished plans and ranges of its revision, and the ranges that died.
SELECT kind, first_page, last_page, state, result_key, problem
  FROM job
 WHERE task_id = :task_id AND revision = :revision AND state IN ('done', 'dead')
 ORDER BY first_page, last_page, id;
