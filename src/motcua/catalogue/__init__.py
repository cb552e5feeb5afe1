"""Administrative procedures and their published versions.

Words: a *procedure* is known by its code; a *version* is one published folder of data, which never
changes again; a case keeps the version it began under. It does not run cases (the engine does) and
does not know who filed.
"""
