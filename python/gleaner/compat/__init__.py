"""Modules with the functions of other packages, answered by gleaner."""
