-- The law by which a line was cut, frozen.

ALTER TABLE settlement_line ADD COLUMN law TEXT NOT NULL DEFAULT '';
