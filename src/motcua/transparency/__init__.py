"""The append-only event log, the spine of the product, and the relay that tells others of it.

Words: an *entry* is one thing that happened, written in the transaction of the change it tells of.
A *subject* is the code of what it happened to, mostly a case. A *commitment* is a salted hash of the
personal part, which is stored apart and can be erased. The *relay* reads past its cursor.
This module does not know what any entry means, and decides nothing.
"""
