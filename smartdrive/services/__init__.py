"""Use cases: one small frozen class a noun, holding its ports."""
