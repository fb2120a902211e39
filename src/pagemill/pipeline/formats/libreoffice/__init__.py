"""LibreOffice, where it is installed: old formats made into new ones, and pages drawn, in a process that can reach nothing."""
