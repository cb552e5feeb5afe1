"""Decision tables: fees, routing and time allowed as rows that an official can read, checked before any case.

Words: a *column* is an input, a *cell* tests it, a *rule* is a row, a *hit* is a rule whose cells all hold.
It does not do arithmetic on money beyond whole đồng, and knows nothing of forms, flows or files.
"""
