"""This will prove that a log only ever grew: tree hashes, tiles, proofs, signed notes, witnesses.

Words: a *leaf* is the data of one entry; a *head* is the size and root of a tree; a *tile* holds 256
hashes of one height; the *edge* is what a growing tree needs of itself; a *note* is a text with
signatures; a *checkpoint* is a note with a head; a *witness* cosigns only heads that extend what it saw.
Written after RFC 6962, RFC 9162 and C2SP's tlog-tiles, signed-note, tlog-checkpoint, tlog-cosignature,
tlog-witness, tlog-proof and tlog-policy. It reads no file and no clock, and makes no key.
"""
