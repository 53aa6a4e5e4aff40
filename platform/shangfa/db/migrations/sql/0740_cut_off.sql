-- The last day of a month that a settlement took as booked in it, null for its last one.

ALTER TABLE settlement ADD COLUMN cut_off SMALLINT;
ALTER TABLE settlement ADD CONSTRAINT ck_settlement_cut_off CHECK (cut_off BETWEEN 1 AND 28);
