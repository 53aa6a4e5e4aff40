-- People over time: declared attributes with dated values, first and last days, renames, wages
-- of a month, what an entry adjusts, external ids that are free again, and what-if runs.

CREATE TABLE attribute (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    label TEXT NOT NULL,
    CONSTRAINT pk_attribute PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_attribute_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT ck_attribute_type CHECK (type IN ('text', 'number', 'bool', 'date'))
);

CREATE TABLE attribute_value (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    name TEXT NOT NULL,
    effective_from DATE NOT NULL,
    value JSONB NOT NULL,
    CONSTRAINT pk_attribute_value PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_attribute_value_day UNIQUE (tenant_id, subject_id, name, effective_from)
);

CREATE TABLE employment (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    CONSTRAINT pk_employment PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_employment_tenant_id_subject_id_first_day UNIQUE (tenant_id, subject_id, first_day),
    CONSTRAINT ck_employment_days CHECK (last_day >= first_day)
);

CREATE TABLE renaming (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    what TEXT NOT NULL,
    old_name TEXT NOT NULL,
    new_name TEXT NOT NULL,
    effective_from DATE NOT NULL,
    CONSTRAINT pk_renaming PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_renaming_tenant_id_what_new_name UNIQUE (tenant_id, what, new_name),
    CONSTRAINT ck_renaming_what CHECK (what IN ('department', 'position'))
);

CREATE TABLE replay (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version_id UUID NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    state TEXT NOT NULL,
    incidents INTEGER DEFAULT 0 NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    result JSONB DEFAULT '{}'::jsonb NOT NULL,
    actor_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_replay PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_replay_state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled'))
);

ALTER TABLE wage ALTER COLUMN day_wage DROP NOT NULL;
ALTER TABLE wage
    ADD COLUMN month_wage NUMERIC(14, 2),
    ADD COLUMN base_unit NUMERIC(14, 2),
    ADD COLUMN loss_contract_basis BOOLEAN,
    ADD COLUMN work_region TEXT,
    ADD CONSTRAINT ck_wage_month_wage CHECK (month_wage > 0),
    ADD CONSTRAINT ck_wage_base_unit CHECK (base_unit > 0),
    ADD CONSTRAINT ck_wage_one CHECK (num_nonnulls(day_wage, month_wage) = 1);

ALTER TABLE ledger_entry ADD COLUMN adjusts_id UUID;
ALTER TABLE decision DROP CONSTRAINT ck_decision_kind;
ALTER TABLE decision ADD CONSTRAINT ck_decision_kind
    CHECK (kind IN ('sanction', 'choice', 'reversal', 'evaluation', 'adjustment'));
ALTER TABLE incident ADD COLUMN external_freed_at TIMESTAMP WITH TIME ZONE;
DROP INDEX uq_incident_external_id;

ALTER TABLE attribute
    ADD CONSTRAINT fk_attribute_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE attribute_value
    ADD CONSTRAINT fk_attribute_value_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE employment
    ADD CONSTRAINT fk_employment_subject_id FOREIGN KEY(tenant_id, subject_id)
    REFERENCES subject (tenant_id, id);
ALTER TABLE renaming
    ADD CONSTRAINT fk_renaming_tenant_id FOREIGN KEY(tenant_id)
    REFERENCES tenant (id);
ALTER TABLE replay
    ADD CONSTRAINT fk_replay_version_id FOREIGN KEY(tenant_id, version_id)
    REFERENCES policy_version (tenant_id, id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT fk_ledger_entry_adjusts_id FOREIGN KEY(tenant_id, adjusts_id)
    REFERENCES decision (tenant_id, id);

CREATE UNIQUE INDEX uq_incident_external_id ON incident (tenant_id, external_scope, external_id)
    WHERE external_id IS NOT NULL AND external_freed_at IS NULL;
CREATE INDEX ix_ledger_entry_tenant_id_adjusts_id ON ledger_entry (tenant_id, adjusts_id)
    WHERE adjusts_id IS NOT NULL;
CREATE INDEX ix_replay_tenant_id_version_id_id ON replay (tenant_id, version_id, id);

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['attribute', 'attribute_value', 'employment', 'renaming', 'replay']
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

GRANT SELECT, INSERT ON attribute, attribute_value, employment, renaming, replay TO shangfa_app;
GRANT UPDATE (type, label) ON attribute TO shangfa_app;
GRANT UPDATE (value) ON attribute_value TO shangfa_app;
GRANT UPDATE (last_day) ON employment TO shangfa_app;
GRANT UPDATE (state, incidents, done, result, ended_at) ON replay TO shangfa_app;
GRANT UPDATE (external_freed_at) ON incident TO shangfa_app;
