-- Running jobs whose owner is not an alive node, even if it has no row any more. Hops from owner to owner along the index.
WITH RECURSIVE holding (owner) AS (
    SELECT min(owner) FROM job WHERE state = 'running'
    UNION ALL
    SELECT (SELECT min(owner) FROM job WHERE state = 'running' AND owner > holding.owner)
      FROM holding
     WHERE holding.owner IS NOT NULL
)
SELECT job.id, job.attempt, job.owner, job.begun
  FROM holding
  JOIN job ON job.state = 'running' AND job.owner = holding.owner
 WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = holding.owner AND node.state = 'alive')
 LIMIT :jobs;
