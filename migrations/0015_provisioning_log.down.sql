drop table provisioning_figures;
drop table provisioning_requests;
