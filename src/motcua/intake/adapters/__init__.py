"""What stands between rows and the keys that lie outside the database."""
