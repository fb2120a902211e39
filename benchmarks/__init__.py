"""Measurements that anybody can repeat: each is a command with a seed and a report."""
