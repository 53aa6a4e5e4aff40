"""/v1/incidents and /v1/assessments."""
