UPDATE node SET beat = beat + 1, alive_until = pagemill_now() + :life_seconds
 WHERE id = :owner AND state = 'alive'
RETURNING id;
