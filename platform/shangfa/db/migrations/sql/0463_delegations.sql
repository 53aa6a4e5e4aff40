-- Who stands in for whom, from when until when.

CREATE TABLE delegation (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    tenant_user_id UUID NOT NULL,
    for_user_id UUID NOT NULL,
    role TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_delegation PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_delegation_role CHECK (role IN ('hr', 'finance', 'auditor')),
    CONSTRAINT ck_delegation_others CHECK (tenant_user_id <> for_user_id),
    CONSTRAINT ck_delegation_span CHECK (since < until)
);

-- Distributed here: keys, indexes, policies and rights follow.

ALTER TABLE delegation ADD CONSTRAINT fk_delegation_tenant_user_id
    FOREIGN KEY (tenant_id, tenant_user_id) REFERENCES tenant_user (tenant_id, id);
ALTER TABLE delegation ADD CONSTRAINT fk_delegation_for_user_id
    FOREIGN KEY (tenant_id, for_user_id) REFERENCES tenant_user (tenant_id, id);

CREATE INDEX ix_delegation_tenant_id_tenant_user_id ON delegation (tenant_id, tenant_user_id);

ALTER TABLE delegation ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON delegation
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON delegation TO shangfa_app;
GRANT UPDATE (ended_at) ON delegation TO shangfa_app;
