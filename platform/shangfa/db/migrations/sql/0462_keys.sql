-- Keys that end, may less than their role, are good from some addresses only; their last use.

ALTER TABLE api_key
    ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN scopes JSONB,
    ADD COLUMN addresses JSONB;

-- Apart from the keys, which nothing but their end changes.
CREATE TABLE key_use (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT pk_key_use PRIMARY KEY (tenant_id, id)
);

ALTER TABLE key_use ADD CONSTRAINT fk_key_use_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

ALTER TABLE key_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_use FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON key_use
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON key_use TO shangfa_app;
GRANT UPDATE (used_at, address) ON key_use TO shangfa_app;
GRANT UPDATE (expires_at) ON api_key TO shangfa_app;
