"""/v1/cases, /v1/tasks, /v1/appeals, /v1/procedures, /v1/approvals."""
