-- Who was told that something waits, where his mail goes, and what was sent, frozen.

CREATE TABLE digest (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    email TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_digest PRIMARY KEY (tenant_id, id)
);

CREATE TABLE mailbox (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    role TEXT,
    subject_id UUID,
    email TEXT,
    CONSTRAINT pk_mailbox PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_mailbox_tenant_id_role UNIQUE (tenant_id, role),
    CONSTRAINT uq_mailbox_tenant_id_subject_id UNIQUE (tenant_id, subject_id),
    CONSTRAINT ck_mailbox_recipient CHECK (num_nonnulls(role, subject_id) = 1)
);

CREATE TABLE notification (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    role TEXT,
    subject_id UUID,
    kind TEXT NOT NULL,
    case_id UUID NOT NULL,
    step TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    digest_id UUID,
    CONSTRAINT pk_notification PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_notification_kind CHECK (kind IN ('task', 'moved', 'reminder')),
    CONSTRAINT ck_notification_recipient CHECK (num_nonnulls(role, subject_id) = 1)
);

ALTER TABLE deadline ADD COLUMN reminded_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE digest
    ADD CONSTRAINT fk_digest_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE mailbox
    ADD CONSTRAINT fk_mailbox_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE mailbox
    ADD CONSTRAINT fk_mailbox_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE notification
    ADD CONSTRAINT fk_notification_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE notification
    ADD CONSTRAINT fk_notification_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE notification
    ADD CONSTRAINT fk_notification_digest_id FOREIGN KEY(tenant_id, digest_id)
    REFERENCES digest (tenant_id, id);

CREATE INDEX ix_notification_tenant_id_subject_id_id ON notification (tenant_id, subject_id, id);
CREATE INDEX ix_notification_tenant_id_role_id ON notification (tenant_id, role, id);
CREATE INDEX ix_notification_unsent ON notification (tenant_id, id)
    WHERE read_at IS NULL AND digest_id IS NULL;
CREATE INDEX ix_deadline_unreminded ON deadline (tenant_id, due_at)
    WHERE ended_at IS NULL AND state IS NOT NULL AND reminded_at IS NULL;

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['digest', 'mailbox', 'notification']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned);
        EXECUTE format(
            'CREATE POLICY tenant_only ON %I'
            ' USING (tenant_id = nullif(current_setting(''shangfa.tenant'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = nullif(current_setting(''shangfa.tenant'', true), '''')::uuid)',
            owned);
    END LOOP;
END $$;

GRANT SELECT, INSERT ON digest, mailbox, notification TO shangfa_app;
GRANT UPDATE (sent_at, failed_at) ON digest TO shangfa_app;
GRANT UPDATE (email) ON mailbox TO shangfa_app;
GRANT UPDATE (read_at, digest_id) ON notification TO shangfa_app;
GRANT UPDATE (reminded_at) ON deadline TO shangfa_app;
