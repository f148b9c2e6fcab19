"""What separate runs bring to a merge: reports, answers and SARIF files -> `Part`s. Pure; all of it is hostile data."""
