-- Who has read which version of a policy, and who said so.

CREATE TABLE receipt (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    read_on DATE NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_receipt_tenant_id_version_id_subject_id
        UNIQUE (tenant_id, version_id, subject_id)
);

ALTER TABLE receipt ADD CONSTRAINT fk_receipt_version_id
    FOREIGN KEY (tenant_id, version_id) REFERENCES policy_version (tenant_id, id);
ALTER TABLE receipt ADD CONSTRAINT fk_receipt_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
CREATE INDEX ix_receipt_tenant_id_subject_id ON receipt (tenant_id, subject_id);

ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON receipt
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON receipt TO shangfa_app;
