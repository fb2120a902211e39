DELETE FROM node
 WHERE id IN (SELECT id FROM node WHERE state <> 'alive' AND alive_until < pagemill_now() - :age_seconds LIMIT :nodes)
RETURNING id;
