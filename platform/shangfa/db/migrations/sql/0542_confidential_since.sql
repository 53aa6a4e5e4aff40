-- Since when a case is confidential that was not from its beginning: null means always.

ALTER TABLE "case" ADD COLUMN confidential_at TIMESTAMP WITH TIME ZONE;
GRANT UPDATE (confidential_at) ON "case" TO shangfa_app;
