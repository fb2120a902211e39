INSERT INTO node_info (node_id, host, load) VALUES (:node_id, :host, '{}');
