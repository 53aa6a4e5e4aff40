ALTER TABLE tenant
    ADD COLUMN compliance TEXT DEFAULT 'warn' NOT NULL,
    ADD COLUMN compliance_rules JSONB DEFAULT '{}'::jsonb NOT NULL,
    ADD CONSTRAINT ck_tenant_compliance CHECK (compliance IN ('off', 'warn', 'block'));

GRANT UPDATE (compliance, compliance_rules) ON tenant TO shangfa_app;
