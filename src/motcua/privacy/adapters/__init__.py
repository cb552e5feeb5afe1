"""What lies outside the database: the data of the law, and the folder of keys."""
