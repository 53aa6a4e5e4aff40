-- Cases that only named handlers see, frozen.

ALTER TABLE "case" ADD COLUMN confidential BOOLEAN DEFAULT false NOT NULL;

CREATE TABLE case_handler (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    CONSTRAINT pk_case_handler PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_case_handler_tenant_id_case_id_subject_id UNIQUE (tenant_id, case_id, subject_id)
);

ALTER TABLE case_handler
    ADD CONSTRAINT fk_case_handler_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE case_handler
    ADD CONSTRAINT fk_case_handler_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);

CREATE INDEX ix_case_confidential ON "case" (tenant_id, id) WHERE confidential;

ALTER TABLE case_handler ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_handler FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON case_handler
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT, DELETE ON case_handler TO shangfa_app;
GRANT UPDATE (confidential) ON "case" TO shangfa_app;
