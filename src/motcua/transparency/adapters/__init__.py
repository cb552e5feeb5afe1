"""The folder of the published log, its key, and the witnesses."""
