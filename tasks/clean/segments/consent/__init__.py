"""Layers in which a site asks for consent to its cookies: found, and set aside where they hide the text."""
