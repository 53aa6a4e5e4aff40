-- Users who sign in with a password, what they signed in with, and who was refused.

ALTER TABLE actor DROP CONSTRAINT ck_actor_kind;
ALTER TABLE actor ADD CONSTRAINT ck_actor_kind CHECK (kind IN ('key', 'person', 'command'));

CREATE TABLE tenant_user (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    roles JSONB NOT NULL,
    subject_id UUID,
    password TEXT DEFAULT '' NOT NULL,
    password_due BOOLEAN DEFAULT false NOT NULL,
    locked BOOLEAN DEFAULT false NOT NULL,
    invitation BYTEA,
    invited_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_in_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_tenant_user PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tenant_user_tenant_id_login UNIQUE (tenant_id, login),
    CONSTRAINT uq_tenant_user_tenant_id_invitation UNIQUE (tenant_id, invitation)
);

CREATE TABLE user_session (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    tenant_user_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    refresh BYTEA NOT NULL,
    refresh_before BYTEA[] NOT NULL DEFAULT '{}',
    refresh_until TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_user_session PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_user_session_tenant_id_digest UNIQUE (tenant_id, digest),
    CONSTRAINT uq_user_session_tenant_id_refresh UNIQUE (tenant_id, refresh)
);

-- Kept for every login that was tried, whether there is such a company or user or not: what is
-- not there must not answer in another way than what is.
CREATE TABLE sign_in_attempt (
    digest BYTEA NOT NULL,
    failures INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (digest)
);

ALTER TABLE tenant_user ADD CONSTRAINT fk_tenant_user_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenant (id);
ALTER TABLE tenant_user ADD CONSTRAINT fk_tenant_user_subject_id
    FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id);
ALTER TABLE user_session ADD CONSTRAINT fk_user_session_tenant_user_id
    FOREIGN KEY (tenant_id, tenant_user_id) REFERENCES tenant_user (tenant_id, id);

CREATE INDEX ix_user_session_tenant_id_tenant_user_id ON user_session (tenant_id, tenant_user_id);

ALTER TABLE tenant_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_user FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON tenant_user
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE user_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_session FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON user_session
    USING (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('shangfa.tenant', true), '')::uuid);
ALTER TABLE sign_in_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_only ON sign_in_attempt
    USING (NULLIF(current_setting('shangfa.tenant', true), '') IS NULL)
    WITH CHECK (NULLIF(current_setting('shangfa.tenant', true), '') IS NULL);

GRANT SELECT, INSERT ON tenant_user, user_session TO shangfa_app;
GRANT UPDATE (name, roles, subject_id, password, password_due, locked, invitation, invited_until,
    signed_in_at, ended_at) ON tenant_user TO shangfa_app;
GRANT UPDATE (digest, expires_at, refresh, refresh_before, ended_at) ON user_session
    TO shangfa_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempt TO shangfa_app;
GRANT DELETE ON user_session TO shangfa_app;
