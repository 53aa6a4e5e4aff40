-- A part of an incident that does not count while its appeal runs.

ALTER TABLE incident_subject ADD COLUMN suspended_at TIMESTAMP WITH TIME ZONE;
GRANT UPDATE (suspended_at) ON incident_subject TO shangfa_app;
