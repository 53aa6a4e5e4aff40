"""Change one piece of a policy document and leave every other letter of it as it was."""
