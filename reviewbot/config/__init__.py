"""Configuration: its values, its schema, and the reader that turns a file into them."""
