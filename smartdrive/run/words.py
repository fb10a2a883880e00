"""What the parent says to whoever started it."""


class CannotRun(Exception):
    """Why there is nothing to start, as a sentence."""


def say(sentence: str) -> None:
    print(sentence, flush=True)
