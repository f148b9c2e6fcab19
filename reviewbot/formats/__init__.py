"""A report in the forms in which it leaves the program. Each format is one module and knows no other.

`phrases` is what they all say in the same words, `page` is the layout of the text on a screen.
"""
