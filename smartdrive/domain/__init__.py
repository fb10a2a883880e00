"""Pure rules of the drive: no I/O, no framework, no clock of their own."""
