UPDATE node_info SET load = :load WHERE node_id = :owner RETURNING draining;
