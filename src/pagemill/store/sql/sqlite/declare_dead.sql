-- For good, and only if nothing has changed since the node was seen and its beat is overdue by this clock, too.
UPDATE node SET state = 'dead'
 WHERE id = :owner AND beat = :beat AND state = 'alive' AND alive_until < pagemill_now();
