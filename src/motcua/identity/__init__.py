"""People, authorities, units, posts and roles: who someone is and where they stand.

Words: a *person* has a 12-digit personal identification number; an *authority* has a code (Decision
20/2020/QĐ-TTg); a *unit* is a part of an authority, of a kind ("one_stop", "economy"); a *post* is a
place in a unit with roles; a *holding* is a person on a post for a term; an *actor* is a person in the
act of doing something, with the posts held at that moment. This module does not say what a role may do.
"""
