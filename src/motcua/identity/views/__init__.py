"""Pages of identity: choosing how to sign in, the electronic identity, passwords and second factors."""
