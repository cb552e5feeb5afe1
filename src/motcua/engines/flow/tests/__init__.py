"""Specifications of the flow engine."""
