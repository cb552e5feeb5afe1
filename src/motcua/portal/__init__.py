"""The citizen's site: find a procedure, apply, follow a case, keep and show what was decided.

It owns no tables: it composes the modules under it. A page reads through `queries`, writes through
`actions`, and works without scripts.
"""
