drop table platform_settings;
drop table access_tokens;
drop table service_accounts;
drop table connections;
drop table tenants;
revoke usage on schema public from muster_app, muster_system;
