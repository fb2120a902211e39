-- Flows above :after with ready jobs of a pool, found by hopping from flow to flow along the index, each with a count up
-- to :count_bound and the mean cost of its first :sample jobs.
WITH RECURSIVE waiting (flow) AS (
    SELECT min(flow) FROM job WHERE state = 'ready' AND pool = :pool AND flow > :after
    UNION ALL
    SELECT (SELECT min(flow) FROM job WHERE state = 'ready' AND pool = :pool AND flow > waiting.flow)
      FROM waiting
     WHERE waiting.flow IS NOT NULL
     LIMIT :flows + 1
)
SELECT flow.id, flow.tenant, flow.band,
       (SELECT count(*) FROM (SELECT 1 FROM job
                               WHERE state = 'ready' AND pool = :pool AND job.flow = flow.id LIMIT :count_bound)),
       (SELECT avg(cost_seconds) FROM (SELECT cost_seconds FROM job
                                        WHERE state = 'ready' AND pool = :pool AND job.flow = flow.id
                                        ORDER BY rank, id LIMIT :sample))
  FROM waiting
  JOIN flow ON flow.id = waiting.flow
 LIMIT :flows;
