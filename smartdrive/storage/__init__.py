"""The engines: SQLite and DynamoDB behind the table port, local disk and S3 behind the objects port."""
