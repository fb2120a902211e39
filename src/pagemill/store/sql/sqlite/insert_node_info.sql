INSERT INTO node_info (node_id, host, load, draining) VALUES (:node_id, :host, '{}', :draining);
