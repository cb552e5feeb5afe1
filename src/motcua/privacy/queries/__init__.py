"""Reads of privacy, by what they are about."""
