"""How many connections to DynamoDB, and to S3, a process keeps."""

KEPT = 128
"""One for each of gunicorn's 32 threads, and for six acts at a time that make 16 calls together. What goes beyond
is still answered, by connections that are made for one call."""
