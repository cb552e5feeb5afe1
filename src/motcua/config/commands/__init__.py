"""The commands of `motcua`, one file a group."""
