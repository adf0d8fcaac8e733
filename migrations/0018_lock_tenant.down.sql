revoke update (id) on tenants from muster_app;
