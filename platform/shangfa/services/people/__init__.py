"""Subjects, their reporting lines and wages."""
