-- What people ask to have corrected of what is kept about them, and what became of it.

CREATE TABLE correction (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    concerns TEXT NOT NULL,
    wrong TEXT NOT NULL,
    should_be TEXT NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    reason TEXT,
    effect TEXT,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_correction PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_correction_state CHECK (state IN ('asked', 'accepted', 'declined'))
);

ALTER TABLE correction ADD CONSTRAINT fk_correction_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
CREATE INDEX ix_correction_tenant_id_subject_id ON correction (tenant_id, subject_id);

ALTER TABLE correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON correction
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON correction TO shangfa_app;
GRANT UPDATE (state, reason, effect, decided_by, decided_at) ON correction TO shangfa_app;
