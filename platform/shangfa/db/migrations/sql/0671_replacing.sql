-- Corrected tables of attendance, and what they changed, frozen.

ALTER TABLE import_file ADD COLUMN replaces BOOLEAN DEFAULT false NOT NULL;

CREATE TABLE import_change (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    import_file_id UUID NOT NULL,
    change TEXT NOT NULL,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    day DATE NOT NULL,
    clause TEXT NOT NULL,
    quantity NUMERIC NOT NULL,
    incident_id UUID,
    CONSTRAINT pk_import_change PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_import_change_change CHECK (change IN ('added', 'removed'))
);

-- Distributed here: keys, indexes, policies and rights follow.

ALTER TABLE import_change ADD CONSTRAINT fk_import_change_import_file_id
    FOREIGN KEY (tenant_id, import_file_id) REFERENCES import_file (tenant_id, id);
ALTER TABLE import_change ADD CONSTRAINT fk_import_change_incident_id
    FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id);
CREATE INDEX ix_import_change_tenant_id_import_file_id ON import_change (tenant_id, import_file_id);
CREATE INDEX ix_import_change_tenant_id_incident_id ON import_change (tenant_id, incident_id);

ALTER TABLE import_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_change FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON import_change
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT, DELETE ON import_change TO shangfa_app;
