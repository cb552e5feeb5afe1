"""The pages of the desk: each reads its input, calls one action or query, and answers."""
