"""What `pagemill doctor` looks at: each check is a small function that returns a value."""
