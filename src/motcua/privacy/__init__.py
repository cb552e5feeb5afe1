"""Purposes, consents, who looked at whose data, rights of the person, breaches, and keys for what is sealed.

Words: a *look* is one reading of personal data by somebody whose data it is not. A *kind* is what sort of
data was read. A *seal* is the entry of the log that commits to many looks. A *request* is what the law lets
a person ask about their own data. This module does not know cases, forms or files: callers tell it whose
data was read, and who reacts to what a person may ask composes it from above.
"""
