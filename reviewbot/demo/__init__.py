"""The demo: a bundled change and the recorded answers of three reviewers, served on loopback."""
