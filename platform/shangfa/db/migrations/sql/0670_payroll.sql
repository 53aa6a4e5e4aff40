-- What payroll is told, and how it is handed a month, frozen.

CREATE TABLE payroll_setting (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    revision INTEGER NOT NULL,
    document JSONB NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payroll_setting PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_payroll_setting_tenant_id_revision UNIQUE (tenant_id, revision)
);

CREATE TABLE month_pay (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    month TEXT NOT NULL,
    bonus NUMERIC(14, 2),
    statutory NUMERIC(14, 2),
    CONSTRAINT pk_month_pay PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_month_pay_tenant_id_subject_id_month UNIQUE (tenant_id, subject_id, month),
    CONSTRAINT ck_month_pay_bonus CHECK (bonus >= 0),
    CONSTRAINT ck_month_pay_statutory CHECK (statutory >= 0)
);

CREATE TABLE deduction_paper (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    month TEXT NOT NULL,
    paper TEXT NOT NULL,
    money TEXT NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    told_on DATE NOT NULL,
    reason TEXT NOT NULL,
    actor_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_deduction_paper PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_deduction_paper_paper CHECK (paper IN ('notice', 'consent')),
    CONSTRAINT ck_deduction_paper_amount CHECK (amount >= 0)
);

CREATE TABLE own_minimum_wage (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    region TEXT NOT NULL,
    effective_from DATE NOT NULL,
    monthly NUMERIC(14, 2),
    tier INTEGER,
    basis TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_own_minimum_wage PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_own_minimum_wage_tenant_id_region_effective_from UNIQUE (tenant_id, region, effective_from),
    CONSTRAINT ck_own_minimum_wage_monthly CHECK (monthly > 0),
    CONSTRAINT ck_own_minimum_wage_basis CHECK (basis IN ('gross', 'after_statutory'))
);

-- Distributed here: keys, indexes, policies and rights follow.

ALTER TABLE payroll_setting ADD CONSTRAINT fk_payroll_setting_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE month_pay ADD CONSTRAINT fk_month_pay_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
ALTER TABLE deduction_paper ADD CONSTRAINT fk_deduction_paper_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
ALTER TABLE own_minimum_wage ADD CONSTRAINT fk_own_minimum_wage_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);

CREATE INDEX ix_deduction_paper_tenant_id_month ON deduction_paper (tenant_id, month);

ALTER TABLE payroll_setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE payroll_setting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON payroll_setting
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE month_pay ENABLE ROW LEVEL SECURITY;
ALTER TABLE month_pay FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON month_pay
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE deduction_paper ENABLE ROW LEVEL SECURITY;
ALTER TABLE deduction_paper FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON deduction_paper
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE own_minimum_wage ENABLE ROW LEVEL SECURITY;
ALTER TABLE own_minimum_wage FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON own_minimum_wage
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);

GRANT SELECT, INSERT ON payroll_setting, month_pay, deduction_paper, own_minimum_wage TO shangfa_app;
GRANT UPDATE (bonus, statutory) ON month_pay TO shangfa_app;
GRANT UPDATE (monthly, tier, basis, source) ON own_minimum_wage TO shangfa_app;
