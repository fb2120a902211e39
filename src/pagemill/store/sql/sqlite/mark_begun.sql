UPDATE job SET begun = 1 WHERE id = :id AND attempt = :attempt AND owner = :owner AND state = 'running';
