"""Reviewers: where a model lives, what it costs, and how it is asked."""
