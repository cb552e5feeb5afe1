"""The small shared drawer: clock, identifiers, environment, errors, the embedded database."""
