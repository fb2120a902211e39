"""Photos and scans: pages without text of their own."""
