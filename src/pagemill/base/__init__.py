"""What every room may use: the clock and the log."""
