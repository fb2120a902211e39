UPDATE node SET state = 'left' WHERE id = :owner AND state = 'alive';
