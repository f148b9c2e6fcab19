"""What a secret looks like, and where one stands in a text. `stages/redact.py` takes them out."""
