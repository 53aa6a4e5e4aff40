GRANT UPDATE (calendar, calendar_days) ON tenant TO shangfa_app;
