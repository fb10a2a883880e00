"""The single-table model, written once over the table port: reads take a Table, writes return actions."""
