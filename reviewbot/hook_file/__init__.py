"""The pre-push hook as a file: its text, what stands around it, and what an installation changes. Pure."""
