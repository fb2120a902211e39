SELECT 1 FROM node JOIN node_info ON node_info.node_id = node.id
 WHERE node.id = :owner AND node.state = 'alive' AND node_info.draining = 0;
