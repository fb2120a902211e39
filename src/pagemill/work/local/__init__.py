"""The local executor: attempts in child processes of this machine that can be killed at any moment."""
