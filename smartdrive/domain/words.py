"""Sentences for people are marked where they are written, in Python as in templates, so that they can be collected."""


def _(sentence: str, **values: object) -> str:
    """The sentence with its values filled in, each written `%(name)s`. English is all there is so far."""
    return sentence % values if values else sentence
