-- Funds that fines feed. Of a fund itself only who has agreed to a spending changes; its rules,
-- its shares of settled lines and its entries are added and never changed.

CREATE TABLE fund (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code TEXT NOT NULL,
    signed JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_fund PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_fund_tenant_id_code UNIQUE (tenant_id, code)
);

CREATE TABLE fund_rule (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    accounts JSONB NOT NULL,
    clauses JSONB NOT NULL,
    departments JSONB NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fund_rule PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_fund_rule_tenant_id_fund_id_revision UNIQUE (tenant_id, fund_id, revision)
);

CREATE TABLE fund_share (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    settlement_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    money TEXT NOT NULL,
    origin TEXT NOT NULL,
    clause TEXT NOT NULL,
    got NUMERIC(16, 2) NOT NULL,
    carried NUMERIC(16, 2) NOT NULL,
    CONSTRAINT pk_fund_share PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_fund_share_key
        UNIQUE (tenant_id, settlement_id, subject_id, money, origin, clause)
);

CREATE TABLE fund_entry (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    fund_id UUID NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    amount NUMERIC(16, 2) NOT NULL,
    balance NUMERIC(16, 2) NOT NULL,
    owed NUMERIC(16, 2) NOT NULL,
    month TEXT,
    version INTEGER,
    purpose TEXT NOT NULL,
    reason TEXT NOT NULL,
    signed JSONB NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fund_entry PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_fund_entry_tenant_id_fund_id_number UNIQUE (tenant_id, fund_id, number),
    CONSTRAINT ck_fund_entry_kind CHECK (kind IN ('income', 'refund', 'advance', 'repayment', 'spend', 'reopened')),
    CONSTRAINT ck_fund_entry_source CHECK (source IN ('payroll', 'fund', 'company', 'spending')),
    CONSTRAINT ck_fund_entry_target CHECK (target IN ('payroll', 'fund', 'company', 'spending')),
    CONSTRAINT ck_fund_entry_moved CHECK (amount > 0 AND source <> target),
    CONSTRAINT ck_fund_entry_stands CHECK (balance >= 0 AND owed >= 0)
);

ALTER TABLE fund ADD CONSTRAINT fk_fund_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE fund_rule ADD CONSTRAINT fk_fund_rule_fund_id
    FOREIGN KEY (tenant_id, fund_id) REFERENCES fund (tenant_id, id);
ALTER TABLE fund_share ADD CONSTRAINT fk_fund_share_fund_id
    FOREIGN KEY (tenant_id, fund_id) REFERENCES fund (tenant_id, id);
ALTER TABLE fund_share ADD CONSTRAINT fk_fund_share_settlement_id
    FOREIGN KEY (tenant_id, settlement_id) REFERENCES settlement (tenant_id, id);
ALTER TABLE fund_share ADD CONSTRAINT fk_fund_share_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
ALTER TABLE fund_entry ADD CONSTRAINT fk_fund_entry_fund_id
    FOREIGN KEY (tenant_id, fund_id) REFERENCES fund (tenant_id, id);

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['fund', 'fund_rule', 'fund_share', 'fund_entry']
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

GRANT SELECT, INSERT ON fund, fund_rule, fund_share, fund_entry TO shangfa_app;
GRANT UPDATE (signed) ON fund TO shangfa_app;

ALTER TABLE event DROP CONSTRAINT ck_event_type;
ALTER TABLE event ADD CONSTRAINT ck_event_type CHECK (type IN ('incident.recorded', 'case.moved', 'decision.effective', 'decision.reversed', 'policy.published', 'subject.changed', 'period.locked', 'import.done', 'notice.published', 'notice.corrected', 'webhook.disabled', 'fund.changed', 'fund.moved'));
