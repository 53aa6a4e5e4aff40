"""The cases HR writes beside a policy, run without a database."""
