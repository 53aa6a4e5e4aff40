-- Sign-in with a company's own accounts: its identity provider, and the tries that were used up.

CREATE TABLE oidc_provider (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    claim TEXT NOT NULL,
    redirect_uris JSONB NOT NULL,
    key BYTEA NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_oidc_provider PRIMARY KEY (tenant_id, id)
);

CREATE TABLE oidc_try (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_oidc_try PRIMARY KEY (tenant_id, id)
);

ALTER TABLE oidc_provider ADD CONSTRAINT fk_oidc_provider_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE oidc_try ADD CONSTRAINT fk_oidc_try_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

ALTER TABLE oidc_provider ENABLE ROW LEVEL SECURITY;
ALTER TABLE oidc_provider FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON oidc_provider
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE oidc_try ENABLE ROW LEVEL SECURITY;
ALTER TABLE oidc_try FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON oidc_try
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT, DELETE ON oidc_provider, oidc_try TO shangfa_app;
GRANT UPDATE (issuer, client_id, client_secret, claim, redirect_uris, key, changed_at)
    ON oidc_provider TO shangfa_app;

-- Whoever came by the provider has no first password to change.
ALTER TABLE user_session ADD COLUMN external BOOLEAN DEFAULT false NOT NULL;
