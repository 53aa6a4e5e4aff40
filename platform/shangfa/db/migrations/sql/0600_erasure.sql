-- Erasure of a company: that both agreed, how far it is, and what is left to show.

CREATE TABLE erasure (
    id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    slug TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    manifest TEXT,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    begun_at TIMESTAMP WITH TIME ZONE,
    counts JSONB DEFAULT '{}'::jsonb NOT NULL,
    proof JSONB,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_erasure PRIMARY KEY (id)
);
CREATE INDEX ix_erasure_slug ON erasure (slug);
CREATE UNIQUE INDEX uq_erasure_open ON erasure (tenant_id)
    WHERE withdrawn_at IS NULL AND done_at IS NULL;

ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY both_agree ON erasure
    USING (NULLIF(current_setting('shangfa.tenant', true), '') IS NULL
        OR tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON erasure TO shangfa_app;
GRANT UPDATE (manifest, confirmed_at, withdrawn_at) ON erasure TO shangfa_app;

-- The owner alone has the right to delete these rows, and security is forced on him too.
CREATE POLICY erased ON tenant FOR DELETE
    USING (id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
CREATE POLICY erased ON tenant_slug FOR DELETE
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
CREATE POLICY erased ON webhook_tenant FOR DELETE
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
