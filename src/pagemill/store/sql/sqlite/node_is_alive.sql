SELECT 1 FROM node WHERE id = :owner AND state = 'alive';
