-- Months that close, and what is settled in them.
--
-- A locked month receives nothing more, whoever writes: it is not a right that anybody has.
-- A policy of the ledger says so and no trigger: it is read in the statement that writes,
-- costs no round trip, and holds for every role that is bound by row-level security.

CREATE TABLE settlement (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    month TEXT NOT NULL,
    version INTEGER NOT NULL,
    before_id UUID,
    entries BIGINT NOT NULL,
    people INTEGER NOT NULL,
    done BIGINT NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    actor_id UUID NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_settlement PRIMARY KEY (tenant_id, id)
);

CREATE TABLE period (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    settlement_id UUID,
    ordinal INTEGER,
    signed JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_period PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_period_tenant_id_month UNIQUE (tenant_id, month),
    CONSTRAINT uq_period_tenant_id_ordinal UNIQUE (tenant_id, ordinal),
    CONSTRAINT ck_period_state CHECK (state IN ('open', 'cut_off', 'reconciled', 'locked', 'exported', 'paid')),
    CONSTRAINT ck_period_locked CHECK ((ordinal IS NOT NULL) = (state IN ('locked', 'exported', 'paid')))
);

CREATE TABLE period_step (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    period_id UUID NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    role TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_period_step PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_period_step_step CHECK (step IN ('cut-off', 'reconcile', 'lock', 'export', 'pay', 'reopen')),
    CONSTRAINT ck_period_step_state CHECK (state IN ('open', 'cut_off', 'reconciled', 'locked', 'exported', 'paid'))
);

CREATE TABLE settlement_line (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    settlement_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    money TEXT NOT NULL,
    requested NUMERIC(16, 2) NOT NULL,
    allowed NUMERIC(16, 2) NOT NULL,
    carried NUMERIC(16, 2) NOT NULL,
    carried_in NUMERIC(16, 2) NOT NULL,
    refused NUMERIC(16, 2) NOT NULL,
    reason TEXT NOT NULL,
    clauses JSONB NOT NULL,
    adjusts JSONB NOT NULL,
    parts JSONB NOT NULL,
    CONSTRAINT pk_settlement_line PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_settlement_line_kind UNIQUE (tenant_id, settlement_id, subject_id, money),
    CONSTRAINT ck_settlement_line_sum CHECK (requested + carried_in = allowed + carried + refused)
);

ALTER TABLE settlement
    ADD CONSTRAINT fk_settlement_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE settlement
    ADD CONSTRAINT fk_settlement_before_id FOREIGN KEY(tenant_id, before_id)
    REFERENCES settlement (tenant_id, id);
ALTER TABLE period
    ADD CONSTRAINT fk_period_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE period
    ADD CONSTRAINT fk_period_settlement_id FOREIGN KEY(tenant_id, settlement_id)
    REFERENCES settlement (tenant_id, id);
ALTER TABLE period_step
    ADD CONSTRAINT fk_period_step_period_id FOREIGN KEY(tenant_id, period_id)
    REFERENCES period (tenant_id, id);
ALTER TABLE settlement_line
    ADD CONSTRAINT fk_settlement_line_settlement_id FOREIGN KEY(tenant_id, settlement_id)
    REFERENCES settlement (tenant_id, id);
ALTER TABLE settlement_line
    ADD CONSTRAINT fk_settlement_line_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);

CREATE INDEX ix_settlement_tenant_id_month ON settlement (tenant_id, month);
CREATE INDEX ix_period_step_tenant_id_period_id ON period_step (tenant_id, period_id);
CREATE INDEX ix_settlement_line_carried ON settlement_line (tenant_id, settlement_id) WHERE carried <> 0;

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['settlement', 'period', 'period_step', 'settlement_line']
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

GRANT SELECT, INSERT ON settlement, period, period_step, settlement_line TO shangfa_app;
GRANT UPDATE (state, version, settlement_id, ordinal, signed) ON period TO shangfa_app;
GRANT UPDATE (done, entries, people, finished_at) ON settlement TO shangfa_app;

CREATE POLICY month_open ON ledger_entry AS RESTRICTIVE FOR INSERT
    WITH CHECK (NOT EXISTS (
        SELECT FROM period p
        WHERE p.tenant_id = ledger_entry.tenant_id AND p.month = ledger_entry.booked_in
            AND p.ordinal IS NOT NULL));

ALTER TABLE event DROP CONSTRAINT ck_event_type;
ALTER TABLE event ADD CONSTRAINT ck_event_type CHECK (type IN ('incident.recorded', 'case.moved', 'decision.effective', 'decision.reversed', 'policy.published', 'subject.changed', 'period.locked', 'import.done'));

CREATE TABLE import_file (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    media TEXT NOT NULL,
    digest BYTEA NOT NULL,
    body BYTEA NOT NULL,
    columns JSONB NOT NULL,
    dry_run BOOLEAN NOT NULL,
    actor_id UUID NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_import_file PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_import_file_kind CHECK (kind IN ('subjects', 'wages', 'incidents'))
);

CREATE TABLE import_run (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    import_file_id UUID NOT NULL,
    state TEXT NOT NULL,
    total INTEGER DEFAULT 0 NOT NULL,
    good INTEGER DEFAULT 0 NOT NULL,
    bad INTEGER DEFAULT 0 NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_import_run PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_import_run_tenant_id_import_file_id UNIQUE (tenant_id, import_file_id),
    CONSTRAINT ck_import_run_state CHECK (state IN ('reading', 'checked', 'refused', 'done'))
);

CREATE TABLE import_fault (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    import_file_id UUID NOT NULL,
    number INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    CONSTRAINT pk_import_fault PRIMARY KEY (tenant_id, id)
);

ALTER TABLE import_file
    ADD CONSTRAINT fk_import_file_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE import_run
    ADD CONSTRAINT fk_import_run_import_file_id FOREIGN KEY(tenant_id, import_file_id)
    REFERENCES import_file (tenant_id, id);
ALTER TABLE import_fault
    ADD CONSTRAINT fk_import_fault_import_file_id FOREIGN KEY(tenant_id, import_file_id)
    REFERENCES import_file (tenant_id, id);

CREATE INDEX ix_import_file_tenant_id_digest ON import_file (tenant_id, digest);
CREATE INDEX ix_import_fault_tenant_id_import_file_id_number
    ON import_fault (tenant_id, import_file_id, number);

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['import_file', 'import_run', 'import_fault']
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

GRANT SELECT, INSERT ON import_file, import_run, import_fault TO shangfa_app;
GRANT UPDATE (state, total, good, bad, done) ON import_run TO shangfa_app;
GRANT DELETE ON import_fault TO shangfa_app;
