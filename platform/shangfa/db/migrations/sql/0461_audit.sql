-- Who read what, and the chain that holds everything that happened to what came before it.
--
-- Nothing of it is written while an incident is recorded: entries are made of the events that
-- are written anyway, by whoever seals the chain.

CREATE TABLE audit_note (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    n BIGINT,
    kind TEXT NOT NULL,
    about UUID,
    subject TEXT,
    actor_id UUID NOT NULL,
    role TEXT NOT NULL,
    data JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_note PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_audit_note_tenant_id_n UNIQUE (tenant_id, n)
);

CREATE TABLE audit (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    n BIGINT NOT NULL,
    source TEXT NOT NULL,
    about UUID NOT NULL,
    content TEXT NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_audit_tenant_id_n UNIQUE (tenant_id, n),
    CONSTRAINT ck_audit_source CHECK (source IN ('event', 'note'))
);

CREATE TABLE audit_head (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    entries BIGINT NOT NULL,
    events BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (tenant_id, id)
);

CREATE INDEX ix_audit_note_tenant_id_subject_id ON audit_note (tenant_id, subject, id);

ALTER TABLE audit_note ADD CONSTRAINT fk_audit_note_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE audit ADD CONSTRAINT fk_audit_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE audit_head ADD CONSTRAINT fk_audit_head_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

ALTER TABLE audit_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_note FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON audit_note
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON audit
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_head FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON audit_head
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON audit_note, audit, audit_head TO shangfa_app;
GRANT UPDATE (n) ON audit_note TO shangfa_app;
GRANT UPDATE (entries, events, hash, sealed_at) ON audit_head TO shangfa_app;
