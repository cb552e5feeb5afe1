"""Specifications of decision tables."""
