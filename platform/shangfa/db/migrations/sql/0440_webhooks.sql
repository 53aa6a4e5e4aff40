-- Webhooks: who is told of what, and each delivery; the order of events of one subject.

CREATE TABLE webhook_tenant (
    tenant_id UUID NOT NULL,
    CONSTRAINT pk_webhook_tenant PRIMARY KEY (tenant_id)
);

CREATE TABLE webhook (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    url TEXT NOT NULL,
    events JSONB NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until TIMESTAMP WITH TIME ZONE,
    state TEXT DEFAULT 'enabled' NOT NULL,
    reason TEXT,
    after_n BIGINT NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    actor_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_webhook PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_webhook_state CHECK (state IN ('enabled', 'disabled'))
);

CREATE TABLE webhook_delivery (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    webhook_id UUID NOT NULL,
    event_id UUID,
    state TEXT DEFAULT 'pending' NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    claim UUID,
    claimed_until TIMESTAMP WITH TIME ZONE,
    attempts JSONB DEFAULT '[]'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_webhook_delivery_tenant_id_webhook_id_event_id
        UNIQUE (tenant_id, webhook_id, event_id),
    CONSTRAINT ck_webhook_delivery_state CHECK (state IN ('pending', 'delivered', 'failed'))
);

CREATE INDEX ix_webhook_delivery_pending
    ON webhook_delivery (tenant_id, webhook_id, next_at) WHERE state = 'pending';

ALTER TABLE webhook ADD CONSTRAINT fk_webhook_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE webhook_delivery ADD CONSTRAINT fk_webhook_delivery_webhook_id
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook (tenant_id, id);
ALTER TABLE webhook_delivery ADD CONSTRAINT fk_webhook_delivery_event_id
    FOREIGN KEY (tenant_id, event_id) REFERENCES event (tenant_id, id);

ALTER TABLE webhook_tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY anyone_reads ON webhook_tenant FOR SELECT USING (true);
CREATE POLICY tenant_adds ON webhook_tenant FOR INSERT
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON webhook
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON webhook_delivery
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON webhook_tenant TO shangfa_app;
GRANT SELECT, INSERT, DELETE ON webhook, webhook_delivery TO shangfa_app;
GRANT UPDATE (secret, old_secret, old_secret_until, state, reason, after_n, delivered_at)
    ON webhook TO shangfa_app;
GRANT UPDATE (state, tries, next_at, claim, claimed_until, attempts)
    ON webhook_delivery TO shangfa_app;

ALTER TABLE event ADD COLUMN subject_n BIGINT;
CREATE INDEX ix_event_tenant_id_subject_subject_n
    ON event (tenant_id, subject, subject_n) WHERE subject_n IS NOT NULL;
CREATE INDEX ix_event_tenant_id_about_subject_n
    ON event (tenant_id, about, subject_n) WHERE subject_n IS NOT NULL AND subject IS NULL;
GRANT UPDATE (subject_n) ON event TO shangfa_app;

UPDATE event SET subject_n = told.subject_n
FROM (
    SELECT e.tenant_id, e.id, row_number() OVER (
        PARTITION BY e.tenant_id, e.subject, CASE WHEN e.subject IS NULL THEN e.about END
        ORDER BY e.n) AS subject_n
    FROM event e WHERE e.n IS NOT NULL) told
WHERE event.tenant_id = told.tenant_id AND event.id = told.id;

ALTER TABLE event DROP CONSTRAINT ck_event_type;
ALTER TABLE event ADD CONSTRAINT ck_event_type CHECK (type IN ('incident.recorded', 'case.moved', 'decision.effective', 'decision.reversed', 'policy.published', 'subject.changed', 'period.locked', 'import.done', 'notice.published', 'notice.corrected', 'webhook.disabled'));
