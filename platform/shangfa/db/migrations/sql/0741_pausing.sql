-- Since when a clock of a case stands still.

ALTER TABLE deadline ADD COLUMN paused_at TIMESTAMP WITH TIME ZONE;
GRANT UPDATE (paused_at, due, due_at) ON deadline TO shangfa_app;
