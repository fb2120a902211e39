-- Delayed and running jobs by pool and band; never more than :bound rows of each are looked at.
SELECT found.state, found.pool, flow.band, count(*)
  FROM (SELECT state, pool, flow FROM (SELECT 'delayed' AS state, pool, flow FROM job WHERE state = 'delayed' LIMIT :bound)
        UNION ALL
        SELECT state, pool, flow FROM (SELECT 'running' AS state, pool, flow FROM job WHERE state = 'running' LIMIT :bound)
       ) AS found
  JOIN flow ON flow.id = found.flow
 WHERE :tenant IS NULL OR flow.tenant = :tenant
 GROUP BY found.state, found.pool, flow.band;
