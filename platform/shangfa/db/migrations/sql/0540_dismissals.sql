-- What was answered to a dismissal that nobody looked into when it was posted.

CREATE TABLE dismissal (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    case_id UUID,
    evaluation_id UUID,
    outcome TEXT NOT NULL,
    body JSONB NOT NULL,
    evidence JSONB NOT NULL,
    note TEXT NOT NULL,
    role TEXT NOT NULL,
    actor_id UUID NOT NULL,
    person_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_dismissal PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_dismissal_tenant_id_subject_id_case_id UNIQUE (tenant_id, subject_id, case_id),
    CONSTRAINT uq_dismissal_tenant_id_subject_id_evaluation_id
        UNIQUE (tenant_id, subject_id, evaluation_id),
    CONSTRAINT ck_dismissal_outcome CHECK (outcome IN ('approved', 'declined')),
    CONSTRAINT ck_dismissal_origin CHECK (num_nonnulls(case_id, evaluation_id) = 1)
);

ALTER TABLE dismissal ADD CONSTRAINT fk_dismissal_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
ALTER TABLE dismissal ADD CONSTRAINT fk_dismissal_person_id
    FOREIGN KEY (tenant_id, person_id) REFERENCES subject (tenant_id, id);
ALTER TABLE dismissal ADD CONSTRAINT fk_dismissal_case_id
    FOREIGN KEY (tenant_id, case_id) REFERENCES "case" (tenant_id, id);
ALTER TABLE dismissal ADD CONSTRAINT fk_dismissal_evaluation_id
    FOREIGN KEY (tenant_id, evaluation_id) REFERENCES evaluation (tenant_id, id);

CREATE INDEX ix_ledger_entry_dismissal ON ledger_entry (tenant_id, subject_id)
    WHERE account = 'action' AND unit = 'dismissal';

ALTER TABLE dismissal ENABLE ROW LEVEL SECURITY;
ALTER TABLE dismissal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON dismissal
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON dismissal TO shangfa_app;
