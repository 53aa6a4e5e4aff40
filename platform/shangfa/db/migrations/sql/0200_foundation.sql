-- The foundation, frozen: tenants, subjects, policies, incidents, cases, the ledger, events.
--
-- Tables first, then keys between them, then indexes, row-level security and rights: a
-- database distributed by tenant distributes the tables between the first two. No table of a
-- tenant has a trigger: what may not change cannot, because nobody has the right to.

CREATE TABLE operator_key (
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_operator_key PRIMARY KEY (id),
    CONSTRAINT uq_operator_key_digest UNIQUE (digest)
);

CREATE TABLE operator_reply (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    etag TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_operator_reply PRIMARY KEY (id),
    CONSTRAINT uq_operator_reply_key UNIQUE (key)
);

CREATE TABLE actor (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_actor PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_actor_kind CHECK (kind IN ('key', 'command'))
);

CREATE TABLE api_key (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    role TEXT NOT NULL,
    subject_id UUID,
    label TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_key PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_api_key_tenant_id_digest UNIQUE (tenant_id, digest),
    CONSTRAINT ck_api_key_role CHECK (role IN ('hr', 'supervisor', 'employee', 'finance', 'auditor'))
);

CREATE TABLE reply (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    key TEXT NOT NULL,
    digest BYTEA NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    etag TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reply PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_reply_tenant_id_key UNIQUE (tenant_id, key)
)
 WITH (toast_tuple_target = 8160);

CREATE TABLE "case" (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    procedure TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_case PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_case_tenant_id_incident_id UNIQUE (tenant_id, incident_id),
    CONSTRAINT ck_case_state CHECK (state IN ('choice_open', 'effective', 'reversed'))
);

CREATE TABLE case_step (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_case_step PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_case_step_tenant_id_case_id_number UNIQUE (tenant_id, case_id, number),
    CONSTRAINT ck_case_step_step CHECK (step IN ('record', 'choose', 'reverse')),
    CONSTRAINT ck_case_step_state CHECK (state IN ('choice_open', 'effective', 'reversed'))
);

CREATE TABLE decision (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID,
    evaluation_id UUID,
    subject_id UUID NOT NULL,
    kind TEXT NOT NULL,
    body JSONB NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id UUID NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_decision_kind CHECK (kind IN ('sanction', 'choice', 'reversal', 'evaluation')),
    CONSTRAINT ck_decision_origin CHECK (num_nonnulls(case_id, evaluation_id) = 1)
);

CREATE TABLE deadline (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    clause TEXT NOT NULL,
    step TEXT NOT NULL,
    due TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_deadline PRIMARY KEY (tenant_id, id)
);

CREATE TABLE event (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    n BIGINT,
    type TEXT NOT NULL,
    about UUID NOT NULL,
    subject TEXT,
    actor_id UUID NOT NULL,
    payload JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_event_tenant_id_n UNIQUE (tenant_id, n),
    CONSTRAINT ck_event_type CHECK (type IN ('incident.recorded', 'case.moved', 'decision.effective', 'decision.reversed', 'policy.published', 'subject.changed'))
);

CREATE TABLE incident (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    policy_id UUID NOT NULL,
    version_id UUID NOT NULL,
    clause TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    occurred_on DATE NOT NULL,
    quantity NUMERIC NOT NULL,
    facts JSONB DEFAULT '{}'::jsonb NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    evidence JSONB DEFAULT '[]'::jsonb NOT NULL,
    external_id TEXT,
    external_scope TEXT DEFAULT '' NOT NULL,
    actor_id UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_incident PRIMARY KEY (tenant_id, id)
);

CREATE TABLE incident_subject (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    share NUMERIC,
    position INTEGER NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE,
    reversed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_incident_subject PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_incident_subject_tenant_id_incident_id_subject_id UNIQUE (tenant_id, incident_id, subject_id)
);

CREATE TABLE ledger_entry (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    decision_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    policy_id UUID NOT NULL,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity NUMERIC NOT NULL,
    clause TEXT NOT NULL,
    cause TEXT NOT NULL,
    day DATE NOT NULL,
    booked_in TEXT NOT NULL,
    joint BOOLEAN DEFAULT false NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_ledger_entry_quantity CHECK (quantity <> 0),
    CONSTRAINT ck_ledger_entry_account CHECK (account IN ('fine', 'reward', 'compensation', 'donation', 'cost', 'refund', 'wage', 'bonus', 'points', 'marks', 'score', 'action', 'breach', 'count')),
    CONSTRAINT ck_ledger_entry_cause CHECK (cause IN ('clause', 'reaction', 'supervisor', 'programme', 'reversal', 'adjustment', 'cap'))
);

CREATE TABLE tally (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    policy_id UUID NOT NULL,
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    span TEXT NOT NULL,
    total NUMERIC NOT NULL,
    own NUMERIC NOT NULL,
    last_day DATE NOT NULL,
    gap NUMERIC,
    CONSTRAINT pk_tally PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tally_counter UNIQUE (tenant_id, subject_id, policy_id, account, unit, span)
)
 WITH (fillfactor = 70);

CREATE TABLE evaluation (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    policy_id UUID NOT NULL,
    programme TEXT NOT NULL,
    period TEXT NOT NULL,
    inputs JSONB NOT NULL,
    actor_id UUID NOT NULL,
    evaluated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_evaluation PRIMARY KEY (tenant_id, id)
);

CREATE TABLE subject (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes JSONB DEFAULT '{}'::jsonb NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_subject PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_subject_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_subject_kind CHECK (kind IN ('employee', 'team', 'partner'))
);

CREATE TABLE assignment (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    effective_from DATE NOT NULL,
    supervisor_id UUID,
    department TEXT,
    position TEXT,
    CONSTRAINT pk_assignment PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_assignment_tenant_id_subject_id_effective_from UNIQUE (tenant_id, subject_id, effective_from)
);

CREATE TABLE wage (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    effective_from DATE NOT NULL,
    day_wage NUMERIC(14, 2) NOT NULL,
    CONSTRAINT pk_wage PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_wage_tenant_id_subject_id_effective_from UNIQUE (tenant_id, subject_id, effective_from),
    CONSTRAINT ck_wage_day_wage CHECK (day_wage > 0)
);

CREATE TABLE policy (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_policy PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_policy_tenant_id_name UNIQUE (tenant_id, name)
);

CREATE TABLE policy_version (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    policy_id UUID NOT NULL,
    number INTEGER NOT NULL,
    effective_from DATE NOT NULL,
    state TEXT NOT NULL,
    document JSONB NOT NULL,
    source TEXT NOT NULL,
    plugins JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_policy_version PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_policy_version_tenant_id_policy_id_number UNIQUE (tenant_id, policy_id, number),
    CONSTRAINT ck_policy_version_state CHECK (state IN ('draft', 'published'))
);

CREATE TABLE tenant (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale TEXT NOT NULL,
    calendar TEXT NOT NULL,
    calendar_days JSONB DEFAULT '{}'::jsonb NOT NULL,
    regions JSONB DEFAULT '[]'::jsonb NOT NULL,
    status TEXT DEFAULT 'active' NOT NULL,
    revision BIGINT DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tenant PRIMARY KEY (id),
    CONSTRAINT ck_tenant_status CHECK (status IN ('active', 'suspended'))
);

CREATE TABLE tenant_slug (
    slug TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    CONSTRAINT pk_tenant_slug PRIMARY KEY (slug),
    CONSTRAINT uq_tenant_slug_tenant_id UNIQUE (tenant_id)
);

CREATE TABLE tenant_plugin (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    enabled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tenant_plugin PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tenant_plugin_tenant_id_name UNIQUE (tenant_id, name)
);

CREATE TABLE clock (
    id INTEGER NOT NULL,
    now TIMESTAMP WITH TIME ZONE NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    runs BOOLEAN NOT NULL,
    CONSTRAINT pk_clock PRIMARY KEY (id),
    CONSTRAINT ck_clock_one CHECK (id = 1)
);

ALTER TABLE actor
    ADD CONSTRAINT fk_actor_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE api_key
    ADD CONSTRAINT fk_api_key_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE api_key
    ADD CONSTRAINT fk_api_key_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE reply
    ADD CONSTRAINT fk_reply_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE "case"
    ADD CONSTRAINT fk_case_incident_id FOREIGN KEY(tenant_id, incident_id)
    REFERENCES incident (tenant_id, id);
ALTER TABLE case_step
    ADD CONSTRAINT fk_case_step_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE decision
    ADD CONSTRAINT fk_decision_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE decision
    ADD CONSTRAINT fk_decision_evaluation_id FOREIGN KEY(tenant_id, evaluation_id)
    REFERENCES evaluation (tenant_id, id);
ALTER TABLE decision
    ADD CONSTRAINT fk_decision_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE deadline
    ADD CONSTRAINT fk_deadline_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE deadline
    ADD CONSTRAINT fk_deadline_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE event
    ADD CONSTRAINT fk_event_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE incident
    ADD CONSTRAINT fk_incident_policy_id FOREIGN KEY(tenant_id, policy_id)
    REFERENCES policy (tenant_id, id);
ALTER TABLE incident
    ADD CONSTRAINT fk_incident_version_id FOREIGN KEY(tenant_id, version_id)
    REFERENCES policy_version (tenant_id, id);
ALTER TABLE incident_subject
    ADD CONSTRAINT fk_incident_subject_incident_id FOREIGN KEY(tenant_id, incident_id)
    REFERENCES incident (tenant_id, id);
ALTER TABLE incident_subject
    ADD CONSTRAINT fk_incident_subject_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT fk_ledger_entry_decision_id FOREIGN KEY(tenant_id, decision_id)
    REFERENCES decision (tenant_id, id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT fk_ledger_entry_policy_id FOREIGN KEY(tenant_id, policy_id)
    REFERENCES policy (tenant_id, id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT fk_ledger_entry_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE tally
    ADD CONSTRAINT fk_tally_policy_id FOREIGN KEY(tenant_id, policy_id)
    REFERENCES policy (tenant_id, id);
ALTER TABLE tally
    ADD CONSTRAINT fk_tally_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE evaluation
    ADD CONSTRAINT fk_evaluation_policy_id FOREIGN KEY(tenant_id, policy_id)
    REFERENCES policy (tenant_id, id);
ALTER TABLE subject
    ADD CONSTRAINT fk_subject_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE assignment
    ADD CONSTRAINT fk_assignment_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE assignment
    ADD CONSTRAINT fk_assignment_supervisor_id FOREIGN KEY(tenant_id, supervisor_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE wage
    ADD CONSTRAINT fk_wage_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE policy
    ADD CONSTRAINT fk_policy_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE policy_version
    ADD CONSTRAINT fk_policy_version_policy_id FOREIGN KEY(tenant_id, policy_id)
    REFERENCES policy (tenant_id, id);
ALTER TABLE tenant_plugin
    ADD CONSTRAINT fk_tenant_plugin_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);

CREATE INDEX ix_decision_tenant_id_case_id ON decision (tenant_id, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_decision_tenant_id_evaluation_id ON decision (tenant_id, evaluation_id) WHERE evaluation_id IS NOT NULL;
CREATE INDEX ix_decision_tenant_id_subject_id_id ON decision (tenant_id, subject_id, id);
CREATE INDEX ix_deadline_tenant_id_case_id ON deadline (tenant_id, case_id);
CREATE INDEX ix_deadline_tenant_id_subject_id_due_at ON deadline (tenant_id, subject_id, due_at) WHERE ended_at IS NULL;
CREATE INDEX ix_incident_tenant_id_occurred_on_id ON incident (tenant_id, occurred_on, id);
CREATE UNIQUE INDEX uq_incident_external_id ON incident (tenant_id, external_scope, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX ix_incident_subject_tenant_id_subject_id_incident_id ON incident_subject (tenant_id, subject_id, incident_id);
CREATE INDEX ix_ledger_entry_tenant_id_booked_in ON ledger_entry (tenant_id, booked_in);
CREATE INDEX ix_ledger_entry_tenant_id_decision_id ON ledger_entry (tenant_id, decision_id);
CREATE INDEX ix_ledger_entry_tenant_id_subject_id_day ON ledger_entry (tenant_id, subject_id, day);
CREATE INDEX ix_tally_tenant_id_span_gap ON tally (tenant_id, span, gap) WHERE gap IS NOT NULL;
CREATE INDEX ix_evaluation_tenant_id_policy_id_programme_period ON evaluation (tenant_id, policy_id, programme, period);
CREATE INDEX ix_assignment_tenant_id_supervisor_id ON assignment (tenant_id, supervisor_id);
CREATE UNIQUE INDEX uq_policy_version_in_force ON policy_version (tenant_id, policy_id, effective_from) WHERE state = 'published';

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shangfa_app') THEN
        CREATE ROLE shangfa_app LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END $$;

-- A tenant's rows are seen and written only in a transaction that set the tenant.
DO $$
DECLARE owned text;
BEGIN
    FOR owned IN
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            AND c.relname <> 'tenant_slug'
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

-- Tenants are listed by the operator, but written only in a transaction of that tenant.
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON tenant FOR SELECT USING (true);
CREATE POLICY tenant_inserts ON tenant FOR INSERT
    WITH CHECK (id = nullif(current_setting('shangfa.tenant', true), '')::uuid);
CREATE POLICY tenant_updates ON tenant FOR UPDATE
    USING (id = nullif(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (id = nullif(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE tenant_slug ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_slug FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON tenant_slug FOR SELECT USING (true);
CREATE POLICY tenant_inserts ON tenant_slug FOR INSERT
    WITH CHECK (tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid);

-- The operator's own rows do not exist in a transaction of a tenant.
ALTER TABLE operator_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_key FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_only ON operator_key
    USING (nullif(current_setting('shangfa.tenant', true), '') IS NULL)
    WITH CHECK (nullif(current_setting('shangfa.tenant', true), '') IS NULL);
ALTER TABLE operator_reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_reply FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_only ON operator_reply
    USING (nullif(current_setting('shangfa.tenant', true), '') IS NULL)
    WITH CHECK (nullif(current_setting('shangfa.tenant', true), '') IS NULL);

-- What may be changed, and in which columns; everything else is written once.
GRANT USAGE ON SCHEMA public TO shangfa_app;
GRANT SELECT ON alembic_version TO shangfa_app;
GRANT SELECT, INSERT ON
    tenant, tenant_slug, tenant_plugin, clock, operator_key, operator_reply, actor, api_key,
    reply, subject, assignment, wage, policy, policy_version, incident, incident_subject,
    "case", case_step, deadline, evaluation, decision, ledger_entry, tally, event
    TO shangfa_app;
GRANT UPDATE (name, timezone, locale, calendar, calendar_days, regions, status, revision)
    ON tenant TO shangfa_app;
GRANT UPDATE ON clock TO shangfa_app;
GRANT UPDATE (revoked_at) ON operator_key TO shangfa_app;
GRANT UPDATE (revoked_at) ON api_key TO shangfa_app;
GRANT UPDATE ON subject, assignment, wage, tally TO shangfa_app;
GRANT UPDATE (title) ON policy TO shangfa_app;
GRANT UPDATE (state, published_at, plugins) ON policy_version TO shangfa_app;
GRANT UPDATE (effective_at, reversed_at) ON incident_subject TO shangfa_app;
GRANT UPDATE (state, revision) ON "case" TO shangfa_app;
GRANT UPDATE (ended_at) ON deadline TO shangfa_app;
GRANT UPDATE (n) ON event TO shangfa_app;
GRANT DELETE ON tenant_plugin, reply, operator_reply TO shangfa_app;
