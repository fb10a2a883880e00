"""What the drive needs of an engine, said as Protocols; every engine passes one contract suite."""
