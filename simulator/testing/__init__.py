"""Whole phone calls in anybody's pytest: a telephone to test with, and the plugin that hands it out.

Nothing is imported here: pytest loads the plugin into every project of the environment, used or not.
"""
