-- What is kept about somebody and may not be worked with, or may not go; what became of the old.

ALTER TABLE subject ADD COLUMN restricted_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE subject ADD COLUMN anonymised_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE tenant ADD COLUMN retention_years INTEGER DEFAULT 2 NOT NULL;
ALTER TABLE tenant ADD CONSTRAINT ck_tenant_retention_years
    CHECK (retention_years BETWEEN 1 AND 30);
GRANT UPDATE (retention_years) ON tenant TO shangfa_app;

CREATE TABLE restriction (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by UUID NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lifted_by UUID,
    lifted_at TIMESTAMP WITH TIME ZONE,
    lifted_reason TEXT,
    CONSTRAINT pk_restriction PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_restriction_kind CHECK (kind IN ('restriction', 'hold'))
);
ALTER TABLE restriction ADD CONSTRAINT fk_restriction_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
CREATE UNIQUE INDEX uq_restriction_standing ON restriction (tenant_id, subject_id, kind)
    WHERE lifted_at IS NULL;

CREATE TABLE anonymisation (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    agreed_by UUID NOT NULL,
    agreed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    counts JSONB,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_anonymisation PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_anonymisation_tenant_id_subject_id UNIQUE (tenant_id, subject_id)
);
ALTER TABLE anonymisation ADD CONSTRAINT fk_anonymisation_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);

ALTER TABLE restriction ENABLE ROW LEVEL SECURITY;
ALTER TABLE restriction FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON restriction
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE anonymisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE anonymisation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON anonymisation
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON restriction, anonymisation TO shangfa_app;
GRANT UPDATE (lifted_by, lifted_at, lifted_reason) ON restriction TO shangfa_app;
