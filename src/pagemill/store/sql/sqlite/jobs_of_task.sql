SELECT * FROM job_row WHERE task_id = :task_id ORDER BY id;
