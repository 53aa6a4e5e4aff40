-- The tables of revision 72c464e, frozen: what the bare handler writes to. Never changed, so
-- that product / bare means the same from release to release. Dumped by PostgreSQL 18 from
-- what that revision's migrations made, without the tables of jobs.

CREATE TABLE api_key (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    digest bytea NOT NULL,
    role text NOT NULL,
    subject_id uuid,
    label text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT ck_api_key_role CHECK ((role = ANY (ARRAY['hr'::text, 'supervisor'::text, 'employee'::text, 'finance'::text, 'auditor'::text])))
);
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;

CREATE TABLE assignment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    effective_from date NOT NULL,
    supervisor_id uuid,
    department text,
    "position" text
);
ALTER TABLE assignment FORCE ROW LEVEL SECURITY;

CREATE TABLE decision (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    incident_id uuid,
    kind text NOT NULL,
    body jsonb NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    evaluation_id uuid,
    CONSTRAINT ck_decision_kind CHECK ((kind = ANY (ARRAY['record'::text, 'choice'::text, 'reversal'::text, 'evaluation'::text]))),
    CONSTRAINT ck_decision_origin CHECK ((num_nonnulls(incident_id, evaluation_id) = 1))
);
ALTER TABLE decision FORCE ROW LEVEL SECURITY;

CREATE TABLE evaluation (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    policy_id uuid NOT NULL,
    programme text NOT NULL,
    period text NOT NULL,
    inputs jsonb NOT NULL,
    evaluated_by uuid NOT NULL,
    evaluated_at timestamp with time zone NOT NULL
);
ALTER TABLE evaluation FORCE ROW LEVEL SECURITY;

CREATE TABLE incident (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    policy_id uuid NOT NULL,
    version_id uuid NOT NULL,
    clause text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    occurred_on date NOT NULL,
    quantity numeric NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    evidence jsonb DEFAULT '[]'::jsonb NOT NULL,
    external_id text,
    reported_by uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE incident FORCE ROW LEVEL SECURITY;

CREATE TABLE incident_subject (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    incident_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    share numeric,
    "position" integer NOT NULL
);
ALTER TABLE incident_subject FORCE ROW LEVEL SECURITY;

CREATE TABLE ledger_entry (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    decision_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    policy_id uuid NOT NULL,
    account text NOT NULL,
    unit text NOT NULL,
    quantity numeric NOT NULL,
    clause text NOT NULL,
    cause text NOT NULL,
    day date NOT NULL,
    joint boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_ledger_entry_quantity CHECK ((quantity <> (0)::numeric))
);
ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY;

CREATE TABLE operator_key (
    id uuid NOT NULL,
    digest bytea NOT NULL,
    label text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone
);

CREATE TABLE operator_reply (
    id uuid NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE policy (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE policy FORCE ROW LEVEL SECURITY;

CREATE TABLE policy_version (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    policy_id uuid NOT NULL,
    number integer NOT NULL,
    effective_from date NOT NULL,
    state text NOT NULL,
    document jsonb NOT NULL,
    source text NOT NULL,
    plugins jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    published_at timestamp with time zone,
    CONSTRAINT ck_policy_version_state CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text])))
);
ALTER TABLE policy_version FORCE ROW LEVEL SECURITY;

CREATE TABLE reply (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE reply FORCE ROW LEVEL SECURITY;

CREATE TABLE subject (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_subject_kind CHECK ((kind = ANY (ARRAY['employee'::text, 'team'::text, 'partner'::text])))
);
ALTER TABLE subject FORCE ROW LEVEL SECURITY;

CREATE TABLE tally (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    policy_id uuid NOT NULL,
    account text NOT NULL,
    unit text NOT NULL,
    span text NOT NULL,
    total numeric NOT NULL,
    own numeric NOT NULL,
    last_day date NOT NULL,
    gap numeric
)
WITH (fillfactor='70');
ALTER TABLE tally FORCE ROW LEVEL SECURITY;

CREATE TABLE tenant (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL,
    locale text NOT NULL,
    calendar text NOT NULL,
    calendar_days jsonb DEFAULT '{}'::jsonb NOT NULL,
    regions jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_tenant_status CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);

CREATE TABLE tenant_plugin (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    enabled_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE tenant_plugin FORCE ROW LEVEL SECURITY;

CREATE TABLE wage (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    effective_from date NOT NULL,
    day_wage numeric(14,2) NOT NULL,
    CONSTRAINT ck_wage_day_wage CHECK ((day_wage > (0)::numeric))
);
ALTER TABLE wage FORCE ROW LEVEL SECURITY;

-- Once the rows are there: keys, indexes, row-level security and rights.

ALTER TABLE api_key ADD CONSTRAINT pk_api_key PRIMARY KEY (tenant_id, id);
ALTER TABLE assignment ADD CONSTRAINT pk_assignment PRIMARY KEY (tenant_id, id);
ALTER TABLE decision ADD CONSTRAINT pk_decision PRIMARY KEY (tenant_id, id);
ALTER TABLE evaluation ADD CONSTRAINT pk_evaluation PRIMARY KEY (tenant_id, id);
ALTER TABLE incident ADD CONSTRAINT pk_incident PRIMARY KEY (tenant_id, id);
ALTER TABLE incident_subject ADD CONSTRAINT pk_incident_subject PRIMARY KEY (tenant_id, id);
ALTER TABLE ledger_entry ADD CONSTRAINT pk_ledger_entry PRIMARY KEY (tenant_id, id);
ALTER TABLE operator_key ADD CONSTRAINT pk_operator_key PRIMARY KEY (id);
ALTER TABLE operator_reply ADD CONSTRAINT pk_operator_reply PRIMARY KEY (id);
ALTER TABLE policy ADD CONSTRAINT pk_policy PRIMARY KEY (tenant_id, id);
ALTER TABLE policy_version ADD CONSTRAINT pk_policy_version PRIMARY KEY (tenant_id, id);
ALTER TABLE reply ADD CONSTRAINT pk_reply PRIMARY KEY (tenant_id, id);
ALTER TABLE subject ADD CONSTRAINT pk_subject PRIMARY KEY (tenant_id, id);
ALTER TABLE tally ADD CONSTRAINT pk_tally PRIMARY KEY (tenant_id, id);
ALTER TABLE tenant ADD CONSTRAINT pk_tenant PRIMARY KEY (id);
ALTER TABLE tenant_plugin ADD CONSTRAINT pk_tenant_plugin PRIMARY KEY (tenant_id, id);
ALTER TABLE wage ADD CONSTRAINT pk_wage PRIMARY KEY (tenant_id, id);

ALTER TABLE api_key ADD CONSTRAINT uq_api_key_tenant_id_digest UNIQUE (tenant_id, digest);
ALTER TABLE assignment ADD CONSTRAINT uq_assignment_tenant_id_subject_id_effective_from UNIQUE (tenant_id, subject_id, effective_from);
ALTER TABLE decision ADD CONSTRAINT uq_decision_tenant_id_incident_id_kind UNIQUE (tenant_id, incident_id, kind);
ALTER TABLE incident_subject ADD CONSTRAINT uq_incident_subject_tenant_id_incident_id_subject_id UNIQUE (tenant_id, incident_id, subject_id);
ALTER TABLE operator_key ADD CONSTRAINT uq_operator_key_digest UNIQUE (digest);
ALTER TABLE operator_reply ADD CONSTRAINT uq_operator_reply_key UNIQUE (key);
ALTER TABLE policy ADD CONSTRAINT uq_policy_tenant_id_name UNIQUE (tenant_id, name);
ALTER TABLE policy_version ADD CONSTRAINT uq_policy_version_tenant_id_policy_id_number UNIQUE (tenant_id, policy_id, number);
ALTER TABLE reply ADD CONSTRAINT uq_reply_tenant_id_key UNIQUE (tenant_id, key);
ALTER TABLE subject ADD CONSTRAINT uq_subject_tenant_id_code UNIQUE (tenant_id, code);
ALTER TABLE tally ADD CONSTRAINT uq_tally_tenant_id_subject_id_policy_id_account_unit_span UNIQUE (tenant_id, subject_id, policy_id, account, unit, span);
ALTER TABLE tenant_plugin ADD CONSTRAINT uq_tenant_plugin_tenant_id_name UNIQUE (tenant_id, name);
ALTER TABLE tenant ADD CONSTRAINT uq_tenant_slug UNIQUE (slug);
ALTER TABLE wage ADD CONSTRAINT uq_wage_tenant_id_subject_id_effective_from UNIQUE (tenant_id, subject_id, effective_from);

CREATE INDEX ix_assignment_tenant_id_supervisor_id ON assignment USING btree (tenant_id, supervisor_id);
CREATE INDEX ix_evaluation_tenant_id_policy_id_programme_period ON evaluation USING btree (tenant_id, policy_id, programme, period);
CREATE INDEX ix_incident_subject_tenant_id_subject_id_incident_id ON incident_subject USING btree (tenant_id, subject_id, incident_id);
CREATE INDEX ix_incident_tenant_id_occurred_on_id ON incident USING btree (tenant_id, occurred_on, id);
CREATE INDEX ix_ledger_entry_tenant_id_decision_id ON ledger_entry USING btree (tenant_id, decision_id);
CREATE INDEX ix_ledger_entry_tenant_id_subject_id_day ON ledger_entry USING btree (tenant_id, subject_id, day);
CREATE INDEX ix_tally_tenant_id_span_gap ON tally USING btree (tenant_id, span, gap) WHERE (gap IS NOT NULL);
CREATE UNIQUE INDEX uq_incident_external_id ON incident USING btree (tenant_id, external_id) WHERE (external_id IS NOT NULL);
CREATE UNIQUE INDEX uq_policy_version_in_force ON policy_version USING btree (tenant_id, policy_id, effective_from) WHERE (state = 'published'::text);

ALTER TABLE api_key ADD CONSTRAINT fk_api_key_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE api_key ADD CONSTRAINT fk_api_key_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE assignment ADD CONSTRAINT fk_assignment_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE assignment ADD CONSTRAINT fk_assignment_supervisor_id FOREIGN KEY (tenant_id, supervisor_id) REFERENCES subject(tenant_id, id);
ALTER TABLE assignment ADD CONSTRAINT fk_assignment_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE decision ADD CONSTRAINT fk_decision_evaluation_id FOREIGN KEY (tenant_id, evaluation_id) REFERENCES evaluation(tenant_id, id);
ALTER TABLE decision ADD CONSTRAINT fk_decision_incident_id FOREIGN KEY (tenant_id, incident_id) REFERENCES incident(tenant_id, id);
ALTER TABLE decision ADD CONSTRAINT fk_decision_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id);
ALTER TABLE evaluation ADD CONSTRAINT fk_evaluation_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE incident ADD CONSTRAINT fk_incident_policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id);
ALTER TABLE incident_subject ADD CONSTRAINT fk_incident_subject_incident_id FOREIGN KEY (tenant_id, incident_id) REFERENCES incident(tenant_id, id);
ALTER TABLE incident_subject ADD CONSTRAINT fk_incident_subject_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE incident_subject ADD CONSTRAINT fk_incident_subject_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE incident ADD CONSTRAINT fk_incident_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE incident ADD CONSTRAINT fk_incident_version_id FOREIGN KEY (tenant_id, version_id) REFERENCES policy_version(tenant_id, id);
ALTER TABLE ledger_entry ADD CONSTRAINT fk_ledger_entry_decision_id FOREIGN KEY (tenant_id, decision_id) REFERENCES decision(tenant_id, id);
ALTER TABLE ledger_entry ADD CONSTRAINT fk_ledger_entry_policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id);
ALTER TABLE ledger_entry ADD CONSTRAINT fk_ledger_entry_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE ledger_entry ADD CONSTRAINT fk_ledger_entry_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE policy ADD CONSTRAINT fk_policy_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE policy_version ADD CONSTRAINT fk_policy_version_policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id);
ALTER TABLE policy_version ADD CONSTRAINT fk_policy_version_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE reply ADD CONSTRAINT fk_reply_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE subject ADD CONSTRAINT fk_subject_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE tally ADD CONSTRAINT fk_tally_policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id);
ALTER TABLE tally ADD CONSTRAINT fk_tally_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE tally ADD CONSTRAINT fk_tally_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE tenant_plugin ADD CONSTRAINT fk_tenant_plugin_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);
ALTER TABLE wage ADD CONSTRAINT fk_wage_subject_id FOREIGN KEY (tenant_id, subject_id) REFERENCES subject(tenant_id, id);
ALTER TABLE wage ADD CONSTRAINT fk_wage_tenant_id FOREIGN KEY (tenant_id) REFERENCES tenant(id);

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation ENABLE ROW LEVEL SECURITY;
ALTER TABLE incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE incident_subject ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE subject ENABLE ROW LEVEL SECURITY;
ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON api_key USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON assignment USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON decision USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON evaluation USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON incident USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON incident_subject USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON ledger_entry USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON policy USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON policy_version USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON reply USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON subject USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON tally USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON tenant_plugin USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant_only ON wage USING ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('shangfa.tenant'::text, true), ''::text))::uuid));
ALTER TABLE tenant_plugin ENABLE ROW LEVEL SECURITY;
ALTER TABLE wage ENABLE ROW LEVEL SECURITY;

GRANT SELECT,INSERT ON TABLE api_key TO shangfa_app;
GRANT UPDATE(revoked_at) ON TABLE api_key TO shangfa_app;
GRANT SELECT,INSERT,UPDATE ON TABLE assignment TO shangfa_app;
GRANT SELECT,INSERT ON TABLE decision TO shangfa_app;
GRANT SELECT,INSERT ON TABLE evaluation TO shangfa_app;
GRANT SELECT,INSERT ON TABLE incident TO shangfa_app;
GRANT SELECT,INSERT ON TABLE incident_subject TO shangfa_app;
GRANT SELECT,INSERT ON TABLE ledger_entry TO shangfa_app;
GRANT SELECT,INSERT ON TABLE operator_key TO shangfa_app;
GRANT UPDATE(revoked_at) ON TABLE operator_key TO shangfa_app;
GRANT SELECT,INSERT,DELETE ON TABLE operator_reply TO shangfa_app;
GRANT SELECT,INSERT ON TABLE policy TO shangfa_app;
GRANT UPDATE(title) ON TABLE policy TO shangfa_app;
GRANT SELECT,INSERT ON TABLE policy_version TO shangfa_app;
GRANT UPDATE(state) ON TABLE policy_version TO shangfa_app;
GRANT UPDATE(plugins) ON TABLE policy_version TO shangfa_app;
GRANT UPDATE(published_at) ON TABLE policy_version TO shangfa_app;
GRANT SELECT,INSERT,DELETE ON TABLE reply TO shangfa_app;
GRANT SELECT,INSERT,UPDATE ON TABLE subject TO shangfa_app;
GRANT SELECT,INSERT,UPDATE ON TABLE tally TO shangfa_app;
GRANT SELECT,INSERT,UPDATE ON TABLE tenant TO shangfa_app;
GRANT SELECT,INSERT,DELETE ON TABLE tenant_plugin TO shangfa_app;
GRANT SELECT,INSERT,UPDATE ON TABLE wage TO shangfa_app;

GRANT USAGE ON SCHEMA public TO shangfa_app;
