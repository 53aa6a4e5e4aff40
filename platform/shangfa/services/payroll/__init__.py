"""What payroll is told, and how a month is handed to it."""
