"""The pages: read input, make one call, answer."""
