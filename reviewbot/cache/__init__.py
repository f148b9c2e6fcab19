"""Answers of earlier runs, in a file of the user's. docs/cache.md tells what is kept, and what it is trusted with."""
