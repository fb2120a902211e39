SELECT id, attempt, owner, begun FROM job WHERE state = 'running' AND owner = :owner ORDER BY id;
