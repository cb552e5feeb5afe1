"""How identity speaks to the outside: the provider of electronic identity."""
