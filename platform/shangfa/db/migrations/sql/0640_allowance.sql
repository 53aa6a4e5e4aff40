-- How much of a minute's requests a company and each of its keys have used, over all processes.

CREATE TABLE allowance (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    taken INTEGER NOT NULL,
    given INTEGER NOT NULL,
    CONSTRAINT pk_allowance PRIMARY KEY (tenant_id, id)
);

ALTER TABLE allowance ADD CONSTRAINT fk_allowance_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

ALTER TABLE allowance ENABLE ROW LEVEL SECURITY;
ALTER TABLE allowance FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON allowance
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE ON allowance TO shangfa_app;
