INSERT INTO node (boot_id, state, alive_until) VALUES (:boot_id, 'alive', pagemill_now() + :life_seconds) RETURNING id;
