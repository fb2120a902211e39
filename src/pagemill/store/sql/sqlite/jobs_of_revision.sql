SELECT * FROM job_row WHERE task_id = :task_id AND revision = :revision ORDER BY id;
