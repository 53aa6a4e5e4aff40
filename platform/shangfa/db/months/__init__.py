"""Months in SQL: evaluations of programmes, periods and their settlements."""
