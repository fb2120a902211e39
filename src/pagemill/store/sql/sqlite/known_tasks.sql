SELECT task_row.* FROM json_each(:ids) AS given JOIN task_row ON task_row.id = given.value;
