-- What a fine becomes when it is no money, and whose lines were ever refused something.

ALTER TABLE settlement_line ADD COLUMN points INTEGER DEFAULT 0 NOT NULL;

CREATE INDEX ix_settlement_line_refused
    ON settlement_line (tenant_id, subject_id, money) WHERE refused <> 0;
