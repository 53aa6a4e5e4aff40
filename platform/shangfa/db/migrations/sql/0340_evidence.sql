-- Files handed in as evidence: what they are; their content is kept outside, under its digest.

CREATE TABLE evidence (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    subject_id UUID,
    actor_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_evidence_size CHECK (size > 0)
);

ALTER TABLE evidence ADD CONSTRAINT fk_evidence_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE evidence ADD CONSTRAINT fk_evidence_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);

ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON evidence
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON evidence TO shangfa_app;
