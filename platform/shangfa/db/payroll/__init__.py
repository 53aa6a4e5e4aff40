"""What payroll is told, in SQL."""
