"""This will compute: values in, values out, with no framework, database, network or clock."""
