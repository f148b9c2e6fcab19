"""A run on disk: the change, what was answered, the configuration; no key, no secret. `reviewbot replay` reads it."""
