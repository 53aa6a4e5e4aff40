-- When the operator asked to look into a company, who of it let him, and until when.

CREATE TABLE break_glass (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    asked_by UUID NOT NULL,
    reason TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by UUID,
    until TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_break_glass PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_break_glass_minutes CHECK (minutes BETWEEN 1 AND 120)
);

ALTER TABLE break_glass ADD CONSTRAINT fk_break_glass_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

ALTER TABLE break_glass ENABLE ROW LEVEL SECURITY;
ALTER TABLE break_glass FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON break_glass
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON break_glass TO shangfa_app;
GRANT UPDATE (approved_by, until, ended_at) ON break_glass TO shangfa_app;
