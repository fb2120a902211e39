"""HTML: what it says, without what it does."""
