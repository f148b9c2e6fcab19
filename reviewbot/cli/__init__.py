"""The doors: words and environment -> a request; a report -> text and an exit code. No decisions about findings."""
