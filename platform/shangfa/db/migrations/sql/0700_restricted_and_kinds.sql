-- Who is restricted is found without looking at everybody; what is asked after a decision says by a
-- word of its own what it is, and not by how it reads.

CREATE INDEX ix_subject_restricted ON subject (tenant_id) WHERE restricted_at IS NOT NULL;

ALTER TABLE follow_up ADD COLUMN kind TEXT;
ALTER TABLE follow_up NO FORCE ROW LEVEL SECURITY;
UPDATE follow_up SET kind = 'certificate'
    WHERE role = 'hr' AND what LIKE '出具解除劳动合同证明（写明合同期限%';
UPDATE follow_up SET kind = 'transfer'
    WHERE role = 'hr' AND what LIKE '办理档案和社会保险关系转移 / transfer%';
ALTER TABLE follow_up FORCE ROW LEVEL SECURITY;
ALTER TABLE follow_up ADD CONSTRAINT ck_follow_up_kind
    CHECK (kind IN ('certificate', 'transfer', 'final_pay'));
