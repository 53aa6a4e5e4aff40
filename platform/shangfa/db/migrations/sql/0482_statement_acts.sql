-- What is done with a partner's statement; added and never changed.

CREATE TABLE statement_act (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    month TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    day DATE NOT NULL,
    body JSONB NOT NULL,
    role TEXT NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_statement_act PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_statement_act_number UNIQUE (tenant_id, subject_id, month, number),
    CONSTRAINT ck_statement_act_kind CHECK (kind IN ('published', 'objected', 'decided', 'paid'))
);

ALTER TABLE statement_act ADD CONSTRAINT fk_statement_act_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);

ALTER TABLE statement_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE statement_act FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON statement_act
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON statement_act TO shangfa_app;
