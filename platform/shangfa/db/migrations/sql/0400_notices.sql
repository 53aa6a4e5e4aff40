-- What a company tells its people about decisions, frozen.

CREATE TABLE notice (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    kind TEXT NOT NULL,
    department TEXT,
    consent TEXT,
    body JSONB NOT NULL,
    until DATE NOT NULL,
    corrects_id UUID,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id UUID NOT NULL,
    day DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_notice PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_notice_tenant_id_corrects_id UNIQUE (tenant_id, corrects_id),
    CONSTRAINT ck_notice_kind CHECK (kind IN ('decision', 'varied', 'reversed', 'withdrawn'))
);

ALTER TABLE notice
    ADD CONSTRAINT fk_notice_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE notice
    ADD CONSTRAINT fk_notice_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE notice
    ADD CONSTRAINT fk_notice_corrects_id FOREIGN KEY(tenant_id, corrects_id)
    REFERENCES notice (tenant_id, id);

CREATE INDEX ix_notice_tenant_id_case_id ON notice (tenant_id, case_id);

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON notice
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON notice TO shangfa_app;

ALTER TABLE event DROP CONSTRAINT ck_event_type;
ALTER TABLE event ADD CONSTRAINT ck_event_type CHECK (type IN ('incident.recorded', 'case.moved', 'decision.effective', 'decision.reversed', 'policy.published', 'subject.changed', 'period.locked', 'import.done', 'notice.published', 'notice.corrected'));
