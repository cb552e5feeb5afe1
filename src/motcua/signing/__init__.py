"""Keys, certificates and signatures on PDF documents.

Words: a *credential* is a key with its certificate, of a person or of an authority (its seal); a
*verdict* is what the verifier says of a file. The demo authority is a root, an issuing CA and their
revocation lists, made at set-up. This module does not know documents, numbers or cases, asks no
network, and does no time-stamping: signatures are PAdES-B-B.
"""
