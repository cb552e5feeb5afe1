"""The gallery, and the switch of languages."""
