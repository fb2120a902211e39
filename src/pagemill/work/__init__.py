"""Running claimed jobs: the port of executors, and what a worker does with one attempt."""
