"""Where parts of uploads wait."""
