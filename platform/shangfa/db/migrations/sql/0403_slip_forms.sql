-- Word forms of slips that companies bring, frozen.

CREATE TABLE slip_form (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    revision INTEGER NOT NULL,
    body BYTEA,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_slip_form PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_slip_form_tenant_id_revision UNIQUE (tenant_id, revision)
);

ALTER TABLE slip_form
    ADD CONSTRAINT fk_slip_form_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);

ALTER TABLE slip_form ENABLE ROW LEVEL SECURITY;
ALTER TABLE slip_form FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON slip_form
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON slip_form TO shangfa_app;
