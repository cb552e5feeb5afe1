"""Backups: the cluster by PostgreSQL's own tools, files and log by their hashes, and the way back to a moment."""
