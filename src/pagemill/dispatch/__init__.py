"""Work handed out by load: a node's life, the wheel that settles and claims, the rescuer and the pruner."""
