"""The officer's desk from below: what its pages call, on the database."""
