-- Edges c to g and s, behind the fence once more: only the owner of this very attempt can end it.
UPDATE job
   SET state = :state, flow = :flow, run_at = :run_at, failures = :failures, losses = :losses, suspect = :suspect,
       begun = 0, owner = NULL, result_key = :result_key, problem = :problem
 WHERE id = :id AND attempt = :attempt AND owner = :owner AND state = 'running';
