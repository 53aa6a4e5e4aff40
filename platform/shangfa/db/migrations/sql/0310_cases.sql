-- The life of a case, frozen: procedures, clocks, approvals, slips, years of working days.
--
-- Tables first, then keys between them, then indexes, row-level security and rights, as in the
-- foundation. What is recorded without a procedure is written in the same columns as before.

-- Until now every case was immediate, whatever a document was read to say.
ALTER TABLE policy_version NO FORCE ROW LEVEL SECURITY;
UPDATE policy_version SET document = jsonb_set(document, '{procedure}', '"immediate"')
    WHERE document ->> 'procedure' = 'default';
ALTER TABLE policy_version FORCE ROW LEVEL SECURITY;

-- A company's own procedures name their own steps and states.
ALTER TABLE "case" DROP CONSTRAINT ck_case_state;
ALTER TABLE case_step DROP CONSTRAINT ck_case_step_step;
ALTER TABLE case_step DROP CONSTRAINT ck_case_step_state;
ALTER TABLE decision DROP CONSTRAINT ck_decision_kind;
ALTER TABLE decision ADD CONSTRAINT ck_decision_kind
    CHECK (kind IN ('sanction', 'choice', 'reversal', 'evaluation', 'proposal', 'adjustment'));

CREATE TABLE procedure (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    document JSONB NOT NULL,
    source TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_procedure PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_procedure_tenant_id_name_number UNIQUE (tenant_id, name, number)
);

CREATE TABLE approval_matrix (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    revision INTEGER NOT NULL,
    document JSONB NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_approval_matrix PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_approval_matrix_tenant_id_revision UNIQUE (tenant_id, revision)
);

CREATE TABLE slip (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    case_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    body JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_slip PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_slip_tenant_id_year_number UNIQUE (tenant_id, year, number),
    CONSTRAINT uq_slip_tenant_id_case_id_subject_id UNIQUE (tenant_id, case_id, subject_id)
);

-- Of the whole deployment: what the State Council announced of a year.
CREATE TABLE calendar_year (
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    days JSONB NOT NULL,
    source TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_calendar_year PRIMARY KEY (year, version)
);

ALTER TABLE "case" ADD COLUMN procedure_id UUID;
ALTER TABLE "case" ADD COLUMN open BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE "case" ADD COLUMN facts JSONB DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE case_step ADD COLUMN data JSONB DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE case_step ADD COLUMN role TEXT DEFAULT '' NOT NULL;
ALTER TABLE case_step ADD COLUMN person_id UUID;
ALTER TABLE deadline ADD COLUMN state TEXT;
ALTER TABLE deadline ADD COLUMN fires BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE incident_subject ADD COLUMN varied JSONB;

ALTER TABLE procedure
    ADD CONSTRAINT fk_procedure_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE approval_matrix
    ADD CONSTRAINT fk_approval_matrix_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE slip
    ADD CONSTRAINT fk_slip_case_id FOREIGN KEY(tenant_id, case_id)
    REFERENCES "case" (tenant_id, id);
ALTER TABLE slip
    ADD CONSTRAINT fk_slip_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE "case"
    ADD CONSTRAINT fk_case_procedure_id FOREIGN KEY(tenant_id, procedure_id)
    REFERENCES procedure (tenant_id, id);
ALTER TABLE case_step
    ADD CONSTRAINT fk_case_step_person_id FOREIGN KEY(tenant_id, person_id)
    REFERENCES subject (tenant_id, id);

CREATE INDEX ix_case_tenant_id_state_id ON "case" (tenant_id, state, id) WHERE open;
CREATE INDEX ix_deadline_tenant_id_due_at ON deadline (tenant_id, due_at)
    WHERE ended_at IS NULL AND fires;

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['procedure', 'approval_matrix', 'slip']
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

-- Everybody counts by the same years; only the operator adds one.
ALTER TABLE calendar_year ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_year FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON calendar_year FOR SELECT USING (true);
CREATE POLICY operator_inserts ON calendar_year FOR INSERT
    WITH CHECK (nullif(current_setting('shangfa.tenant', true), '') IS NULL);

GRANT SELECT, INSERT ON procedure, approval_matrix, slip, calendar_year TO shangfa_app;
GRANT UPDATE (state, revision, open, facts) ON "case" TO shangfa_app;
GRANT UPDATE (varied) ON incident_subject TO shangfa_app;
