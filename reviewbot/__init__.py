"""Several reviewer models read a change; one consolidated review and an honest gate come out."""

__version__ = "0.1.0"
