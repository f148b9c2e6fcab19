"""The steps of a review, each one pure: values in, values out."""
