"""The native HTTP API: a file a resource."""
