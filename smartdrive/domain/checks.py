"""What somebody who examines a drive says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `fix` says what to do when it is not well, "" when it is."""

    name: str
    sentence: str
    fix: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.fix


def may_not_look(name: str, right: str) -> Check:
    """What there is to say where a right at AWS is lacking."""
    sentence = f"Could not look: the right {right} is lacking; it is in the operator's policy."
    return Check(name, sentence, "Attach that policy (the stack's output DoctorPolicyArn) while the doctor looks.")
