"""The parent of `make run`: `python -m smartdrive.run --host --port --data`."""
