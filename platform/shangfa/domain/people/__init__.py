"""Subjects, their lines and wages."""
