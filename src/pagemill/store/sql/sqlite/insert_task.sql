INSERT INTO task (id, tenant, state, revision, open_jobs, created_at, arrived_at, deadline_at)
VALUES (:id, :tenant, :state, :revision, :open_jobs, :created_at, :arrived_at, :deadline_at);
