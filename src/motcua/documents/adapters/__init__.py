"""Typst, which draws documents."""
