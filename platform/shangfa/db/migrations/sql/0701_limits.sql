-- How many requests a company and each of its keys may make in a minute, null for what the settings
-- say; and what a key of the operator may less than the operator.

ALTER TABLE tenant ADD COLUMN per_minute INTEGER, ADD COLUMN key_per_minute INTEGER;
ALTER TABLE tenant ADD CONSTRAINT ck_tenant_per_minute CHECK (per_minute >= 0);
ALTER TABLE tenant ADD CONSTRAINT ck_tenant_key_per_minute CHECK (key_per_minute >= 0);
GRANT UPDATE (per_minute, key_per_minute) ON tenant TO shangfa_app;

ALTER TABLE operator_key ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN scopes JSONB, ADD COLUMN addresses JSONB;
