"""Specifications of the expression language."""
