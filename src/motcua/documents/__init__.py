"""Files kept by their content, and official documents: numbered, drawn, signed, issued, verified.

Words: a *stored file* is bytes under the SHA-256 of those bytes; a *document* has a number from an
authority's register and is *reserved* until its signed file is there, then *issued*; a *slip* is one
of the numbered forms given to an applicant, drawn when asked for, unsigned. This module does not know
cases or procedures: it is given a subject (a case's code), a template and data.
"""
