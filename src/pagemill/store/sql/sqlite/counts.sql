-- Never more than :bound rows of a state are looked at.
SELECT (SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'ready' LIMIT :bound)),
       (SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'delayed' LIMIT :bound)),
       (SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'running' LIMIT :bound)),
       (SELECT total(cost_seconds) FROM (SELECT cost_seconds FROM job WHERE state = 'ready' LIMIT :bound));
