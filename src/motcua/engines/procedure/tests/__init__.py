"""The procedure engine, as a specification."""
