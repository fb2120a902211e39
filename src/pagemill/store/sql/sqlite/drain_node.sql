-- A dead node stays as it is; that the wish was there before is no change.
UPDATE node_info SET draining = :draining
 WHERE node_id = (SELECT id FROM node WHERE id = :owner AND state = 'alive')
RETURNING node_id;
