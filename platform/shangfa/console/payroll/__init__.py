"""What payroll is told, and how it is handed a month."""
