-- Companies that wait while their rows move to another server, and the door that keeps them out.
--
-- A transaction of a company takes the lock first and looks second: whoever freezes a company
-- writes the row first and waits for the lock second, so nobody slips between the two.

CREATE TABLE frozen_tenant (
    tenant_id UUID NOT NULL,
    slug TEXT NOT NULL,
    move TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_frozen_tenant PRIMARY KEY (tenant_id)
);

ALTER TABLE frozen_tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE frozen_tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY anyone_reads ON frozen_tenant FOR SELECT USING (true);
CREATE POLICY operator_only ON frozen_tenant
    USING (NULLIF(current_setting('shangfa.tenant', true), '') IS NULL)
    WITH CHECK (NULLIF(current_setting('shangfa.tenant', true), '') IS NULL);

GRANT SELECT ON frozen_tenant TO shangfa_app;

CREATE FUNCTION enter_tenant(entering UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(20171217, hashtext(entering::text)) THEN
        RAISE EXCEPTION 'this company is being moved to another server'
            USING ERRCODE = 'lock_not_available';
    END IF;
    IF EXISTS (SELECT FROM frozen_tenant f WHERE f.tenant_id = entering) THEN
        RAISE EXCEPTION 'this company is being moved to another server'
            USING ERRCODE = 'lock_not_available';
    END IF;
END $$;
