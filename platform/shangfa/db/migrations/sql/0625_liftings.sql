-- What was lifted before its time, or that this was withdrawn; nothing is written over.

CREATE TABLE lifting (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    lifted_on DATE,
    reason TEXT NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_lifting PRIMARY KEY (tenant_id, id)
);

-- Distributed here: keys, indexes, policies and rights follow.

ALTER TABLE lifting ADD CONSTRAINT fk_lifting_case_id
    FOREIGN KEY (tenant_id, case_id) REFERENCES "case" (tenant_id, id);
ALTER TABLE lifting ADD CONSTRAINT fk_lifting_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);

CREATE INDEX ix_lifting_tenant_id_case_id ON lifting (tenant_id, case_id);
CREATE INDEX ix_lifting_tenant_id_subject_id ON lifting (tenant_id, subject_id);

ALTER TABLE lifting ENABLE ROW LEVEL SECURITY;
ALTER TABLE lifting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON lifting
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON lifting TO shangfa_app;
