"""Một Cửa: an open platform for digital government."""
