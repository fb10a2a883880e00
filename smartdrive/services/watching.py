"""What whoever watches over a drive is told beside what was counted."""

import platform

from smartdrive.metrics import Known, Labels
from smartdrive.records.checked import Checked
from smartdrive.version import version


def build(engine: str) -> Known:
    """What runs here."""
    labels: Labels = (("engine", engine), ("python", platform.python_version()), ("version", version()))
    return {"build_info": ("What runs here.", {labels: 1})}


def found(checked: Checked | None) -> Known:
    """What the last fsck found; nothing when nobody has looked yet, or the table does not answer."""
    if checked is None:
        return {}
    wrong: dict[Labels, float] = {(("rule", rule),): count for rule, count in sorted(checked.found.items())}
    return {
        "fsck_last_timestamp_seconds": ("When fsck last ended.", {(): checked.ended.timestamp()}),
        "fsck_findings": ("Things that fsck found wrong and did not mend.", wrong),
        "quota_drift_bytes": ("By how much the rooms of all people are off, as fsck found it.", {(): checked.drift}),
    }
