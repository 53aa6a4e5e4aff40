"""What payroll is told, over HTTP."""
