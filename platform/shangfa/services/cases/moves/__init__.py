"""Cases under a procedure, brought from state to state."""
