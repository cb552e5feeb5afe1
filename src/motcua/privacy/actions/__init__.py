"""Writes of privacy, by what they are about: looks, complaints, and what follows from the rights of people."""
