"""Acts over what was decided: a dismissal looked into, a sanction lifted early."""
