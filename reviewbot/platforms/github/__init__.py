"""Pull requests on GitHub. PyGithub is imported in `client` and nowhere else."""
