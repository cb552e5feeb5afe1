"""Reads: cases by key, the inbox, the page of a case, slips and registers, long work."""
