"""The key folder, the demo authority, the signed structure, and the process that reads hostile files."""
