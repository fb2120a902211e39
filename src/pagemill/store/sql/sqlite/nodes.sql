SELECT node.id, node.boot_id, node_info.host, node.state, node.beat, node.alive_until, node_info.load, node_info.draining
  FROM node
  JOIN node_info ON node_info.node_id = node.id
 ORDER BY node.id DESC;
