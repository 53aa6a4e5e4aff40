-- What a decision asks somebody to do, until when, and that it was done.

CREATE TABLE follow_up (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    what TEXT NOT NULL,
    due_on DATE NOT NULL,
    role TEXT,
    person_id UUID,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by UUID,
    done_note TEXT NOT NULL DEFAULT '',
    CONSTRAINT pk_follow_up PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_follow_up_role CHECK (role IN ('hr', 'finance')),
    CONSTRAINT ck_follow_up_whose CHECK (num_nonnulls(role, person_id) = 1)
);

ALTER TABLE follow_up ADD CONSTRAINT fk_follow_up_case_id
    FOREIGN KEY (tenant_id, case_id) REFERENCES "case" (tenant_id, id);
ALTER TABLE follow_up ADD CONSTRAINT fk_follow_up_person_id
    FOREIGN KEY (tenant_id, person_id) REFERENCES subject (tenant_id, id);

CREATE INDEX ix_follow_up_tenant_id_case_id ON follow_up (tenant_id, case_id);
CREATE INDEX ix_follow_up_open ON follow_up (tenant_id, due_on) WHERE done_at IS NULL;

ALTER TABLE follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE follow_up FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON follow_up
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON follow_up TO shangfa_app;
GRANT UPDATE (done_at, done_by, done_note) ON follow_up TO shangfa_app;
