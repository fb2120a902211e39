-- Edge a. A job that is carried over comes as done, with the result that it had.
INSERT INTO job (task_id, revision, kind, pool, first_page, last_page, flow, rank, cost_seconds, input_hash, state,
                 losses, suspect, result_key)
VALUES (:task_id, :revision, :kind, :pool, :first_page, :last_page, :flow, :rank, :cost_seconds, :input_hash, :state,
        :losses, :suspect, :result_key);
