-- Ready jobs of a pool by band; never more than :bound rows are looked at.
SELECT 'ready', :pool, flow.band, count(*)
  FROM (SELECT flow FROM job
         WHERE state = 'ready' AND pool = :pool
           AND flow IN (SELECT id FROM flow WHERE :tenant IS NULL OR tenant = :tenant)
         LIMIT :bound) AS found
  JOIN flow ON flow.id = found.flow
 GROUP BY flow.band;
