-- A row lock needs the right to update a column. Requests that add something bounded to a tenant lock the tenant's row, so that they
-- count one after the other. The policy tenant_isolation allows no other id than the one that is there.
grant update (id) on tenants to muster_app;
