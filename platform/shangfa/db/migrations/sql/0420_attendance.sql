-- What a company makes of its attendance, and files of it, frozen.

CREATE TABLE attendance_mapping (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    revision INTEGER NOT NULL,
    document JSONB NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attendance_mapping PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_attendance_mapping_tenant_id_revision UNIQUE (tenant_id, revision)
);

ALTER TABLE attendance_mapping
    ADD CONSTRAINT fk_attendance_mapping_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);

ALTER TABLE import_file ADD COLUMN month TEXT;
ALTER TABLE import_file DROP CONSTRAINT ck_import_file_kind;
ALTER TABLE import_file ADD CONSTRAINT ck_import_file_kind
    CHECK (kind IN ('subjects', 'wages', 'incidents', 'attendance'));

ALTER TABLE attendance_mapping ENABLE ROW LEVEL SECURITY;
ALTER TABLE attendance_mapping FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON attendance_mapping
    USING (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON attendance_mapping TO shangfa_app;
