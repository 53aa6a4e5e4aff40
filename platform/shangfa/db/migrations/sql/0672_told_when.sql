-- When payroll told what a month is settled by, frozen: what was told after that moves the month.

ALTER TABLE month_pay ADD COLUMN set_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE own_minimum_wage ADD COLUMN set_at TIMESTAMP WITH TIME ZONE;
GRANT UPDATE (set_at) ON month_pay TO shangfa_app;
GRANT UPDATE (set_at) ON own_minimum_wage TO shangfa_app;
