access_tokens
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  service_account_id uuid not null
  connection_id uuid
  digest bytea not null
  prefix text collate "C" not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null
  last_used_at timestamp with time zone
  revoked_at timestamp with time zone
  name text not null default ''::text
  scopes text[]
  kind text not null default 'issued'::text
  issued_by uuid
  constraint access_tokens_digest_key UNIQUE (digest)
  constraint access_tokens_kind_check CHECK ((kind = ANY (ARRAY['issued'::text, 'oauth'::text])))
  constraint access_tokens_pkey PRIMARY KEY (tenant_id, id)
  constraint access_tokens_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id)
  constraint access_tokens_tenant_id_service_account_id_fkey FOREIGN KEY (tenant_id, service_account_id) REFERENCES service_accounts(tenant_id, id)
  CREATE UNIQUE INDEX access_tokens_digest_key ON public.access_tokens USING btree (digest)
  CREATE INDEX access_tokens_oauth_over ON public.access_tokens USING btree (expires_at) WHERE (kind = 'oauth'::text)
  CREATE INDEX access_tokens_of_account ON public.access_tokens USING btree (tenant_id, service_account_id, id)
  CREATE UNIQUE INDEX access_tokens_pkey ON public.access_tokens USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert to muster_app
  grant delete, insert, select, update to muster_system

adoption_reviews
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  member_id uuid not null
  connection_id uuid not null
  user_name text not null
  external_id text
  requested_at timestamp with time zone not null
  decision text
  decided_at timestamp with time zone
  resource json
  last_requested_at timestamp with time zone not null
  constraint adoption_reviews_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'rejected'::text])))
  constraint adoption_reviews_pair_key UNIQUE (tenant_id, member_id, connection_id)
  constraint adoption_reviews_pkey PRIMARY KEY (tenant_id, id)
  constraint adoption_reviews_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id)
  constraint adoption_reviews_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES members(tenant_id, id)
  CREATE INDEX adoption_reviews_open ON public.adoption_reviews USING btree (tenant_id, id) WHERE (decision IS NULL)
  CREATE UNIQUE INDEX adoption_reviews_pair_key ON public.adoption_reviews USING btree (tenant_id, member_id, connection_id)
  CREATE UNIQUE INDEX adoption_reviews_pkey ON public.adoption_reviews USING btree (tenant_id, id)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app

broker_cursors
  row level security enabled, forced
  tenant_id uuid not null
  seq bigint not null
  constraint broker_cursors_pkey PRIMARY KEY (tenant_id)
  constraint broker_cursors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
  CREATE UNIQUE INDEX broker_cursors_pkey ON public.broker_cursors USING btree (tenant_id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_system

client_secrets
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  service_account_id uuid not null
  name text not null
  digest bytea not null
  prefix text collate "C" not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null
  last_used_at timestamp with time zone
  revoked_at timestamp with time zone
  constraint client_secrets_pkey PRIMARY KEY (tenant_id, id)
  constraint client_secrets_tenant_id_service_account_id_fkey FOREIGN KEY (tenant_id, service_account_id) REFERENCES service_accounts(tenant_id, id)
  CREATE INDEX client_secrets_of_account ON public.client_secrets USING btree (tenant_id, service_account_id, id)
  CREATE UNIQUE INDEX client_secrets_pkey ON public.client_secrets USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert to muster_app
  grant insert, select to muster_system

connection_tolerances
  row level security enabled, forced
  tenant_id uuid not null
  connection_id uuid not null
  tolerance text collate "C" not null
  uses bigint not null
  last_used_at timestamp with time zone not null
  constraint connection_tolerances_pkey PRIMARY KEY (tenant_id, connection_id, tolerance)
  constraint connection_tolerances_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id)
  CREATE UNIQUE INDEX connection_tolerances_pkey ON public.connection_tolerances USING btree (tenant_id, connection_id, tolerance)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app

connections
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  name text collate "C" not null
  idp text not null
  status text not null default 'enabled'::text
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  removed_at timestamp with time zone
  unknown_members text
  constraint connections_pkey PRIMARY KEY (tenant_id, id)
  constraint connections_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text])))
  constraint connections_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
  constraint connections_unknown_members_check CHECK ((unknown_members = ANY (ARRAY['refuse'::text, 'skip'::text])))
  CREATE UNIQUE INDEX connections_name_key ON public.connections USING btree (tenant_id, name) WHERE (removed_at IS NULL)
  CREATE UNIQUE INDEX connections_pkey ON public.connections USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant insert, select, update to muster_system

deliveries
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  event_id uuid not null
  seq bigint not null
  sink text not null
  sink_id uuid not null
  order_key text not null
  state text not null default 'pending'::text
  attempts integer not null default 0
  next_attempt_at timestamp with time zone not null
  claimed_until timestamp with time zone
  last_error text
  created_at timestamp with time zone not null
  delivered_at timestamp with time zone
  is_next boolean not null default false
  constraint deliveries_pkey PRIMARY KEY (tenant_id, id)
  constraint deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])))
  CREATE INDEX deliveries_due ON public.deliveries USING btree (sink, next_attempt_at) WHERE (state = 'pending'::text)
  CREATE INDEX deliveries_log ON public.deliveries USING btree (tenant_id, sink_id, id)
  CREATE INDEX deliveries_next ON public.deliveries USING btree (sink, tenant_id, sink_id, next_attempt_at, seq) WHERE (state = 'pending'::text)
  CREATE INDEX deliveries_order ON public.deliveries USING btree (tenant_id, sink_id, order_key, seq) WHERE (state = 'pending'::text)
  CREATE INDEX deliveries_over ON public.deliveries USING btree (sink, created_at) WHERE (state <> 'pending'::text)
  CREATE UNIQUE INDEX deliveries_pkey ON public.deliveries USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app
  grant delete, insert, select, update to muster_system

effective_memberships
  row level security disabled
  tenant_id uuid
  team_id uuid
  member_id uuid
  permission text
  via_group uuid
  grant select to muster_app

events
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  type text not null
  occurred_at timestamp with time zone not null
  actor_type text not null
  actor_id uuid
  connection_id uuid
  token_id uuid
  request_id text
  subject_type text not null
  subject_id uuid not null
  data json not null
  subject_version integer
  constraint events_pkey PRIMARY KEY (tenant_id, id)
  CREATE UNIQUE INDEX events_pkey ON ONLY public.events USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select to muster_app
  grant insert, select to muster_system

events_default
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  type text not null
  occurred_at timestamp with time zone not null
  actor_type text not null
  actor_id uuid
  connection_id uuid
  token_id uuid
  request_id text
  subject_type text not null
  subject_id uuid not null
  data json not null
  subject_version integer
  constraint events_default_pkey PRIMARY KEY (tenant_id, id)
  CREATE UNIQUE INDEX events_default_pkey ON public.events_default USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)

federated_identities
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  service_account_id uuid not null
  issuer text not null
  subject text not null
  audience text not null
  jwks jsonb
  jwks_uri text
  created_at timestamp with time zone not null
  last_used_at timestamp with time zone
  constraint federated_identities_check CHECK (((jwks IS NULL) OR (jwks_uri IS NULL)))
  constraint federated_identities_key UNIQUE (tenant_id, service_account_id, issuer, subject, audience)
  constraint federated_identities_pkey PRIMARY KEY (tenant_id, id)
  constraint federated_identities_tenant_id_service_account_id_fkey FOREIGN KEY (tenant_id, service_account_id) REFERENCES service_accounts(tenant_id, id)
  CREATE UNIQUE INDEX federated_identities_key ON public.federated_identities USING btree (tenant_id, service_account_id, issuer, subject, audience)
  CREATE UNIQUE INDEX federated_identities_pkey ON public.federated_identities USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select to muster_app
  grant delete, insert, select to muster_system

idempotency_keys
  row level security enabled, forced
  tenant_id uuid not null
  actor_id uuid not null
  key_digest bytea not null
  request bytea not null
  status integer
  answer bytea
  claimed_at timestamp with time zone not null
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, actor_id, key_digest)
  CREATE INDEX idempotency_keys_claimed ON public.idempotency_keys USING btree (claimed_at)
  CREATE UNIQUE INDEX idempotency_keys_pkey ON public.idempotency_keys USING btree (tenant_id, actor_id, key_digest)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app
  grant delete, select to muster_system

idempotency_usage
  row level security enabled, forced
  tenant_id uuid not null
  hour timestamp with time zone not null
  keys integer not null
  bytes bigint not null
  constraint idempotency_usage_pkey PRIMARY KEY (tenant_id, hour)
  CREATE INDEX idempotency_usage_hour ON public.idempotency_usage USING btree (hour)
  CREATE UNIQUE INDEX idempotency_usage_pkey ON public.idempotency_usage USING btree (tenant_id, hour)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app
  grant delete, select to muster_system

leases
  row level security enabled, forced
  name text not null
  owner text not null
  fencing bigint not null
  expires_at timestamp with time zone not null
  constraint leases_pkey PRIMARY KEY (name)
  CREATE UNIQUE INDEX leases_pkey ON public.leases USING btree (name)
  policy system_access for all to muster_system using true
  grant delete, insert, select, update to muster_system

mail_optouts
  row level security enabled, forced
  tenant_id uuid not null
  address bytea not null
  created_at timestamp with time zone not null
  constraint mail_optouts_pkey PRIMARY KEY (tenant_id, address)
  CREATE UNIQUE INDEX mail_optouts_pkey ON public.mail_optouts USING btree (tenant_id, address)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select to muster_app

mail_recipients
  row level security enabled, forced
  tenant_id uuid not null
  address bytea not null
  day date not null
  mails integer not null
  constraint mail_recipients_pkey PRIMARY KEY (tenant_id, address, day)
  CREATE INDEX mail_recipients_day ON public.mail_recipients USING btree (day)
  CREATE UNIQUE INDEX mail_recipients_pkey ON public.mail_recipients USING btree (tenant_id, address, day)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app
  grant delete, select to muster_system

mail_usage
  row level security enabled, forced
  tenant_id uuid not null
  hour timestamp with time zone not null
  mails integer not null default 0
  is_told boolean not null default false
  constraint mail_usage_pkey PRIMARY KEY (tenant_id, hour)
  CREATE INDEX mail_usage_hour ON public.mail_usage USING btree (hour)
  CREATE UNIQUE INDEX mail_usage_pkey ON public.mail_usage USING btree (tenant_id, hour)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_system

mails
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  kind text not null
  member_id uuid
  address text
  content jsonb
  state text not null default 'pending'::text
  attempts integer not null default 0
  next_attempt_at timestamp with time zone not null
  claimed_until timestamp with time zone
  last_error text
  created_at timestamp with time zone not null
  ended_at timestamp with time zone
  constraint mails_check CHECK (((member_id IS NULL) <> (address IS NULL)))
  constraint mails_kind_check CHECK ((kind = ANY (ARRAY['changes'::text, 'digest'::text, 'endpointDisabled'::text, 'tokensExpire'::text])))
  constraint mails_pkey PRIMARY KEY (tenant_id, id)
  constraint mails_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'skipped'::text, 'dead'::text])))
  constraint mails_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
  CREATE INDEX mails_due ON public.mails USING btree (tenant_id, next_attempt_at) WHERE (state = 'pending'::text)
  CREATE INDEX mails_over ON public.mails USING btree (ended_at) WHERE (ended_at IS NOT NULL)
  CREATE UNIQUE INDEX mails_pkey ON public.mails USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_system

member_blocks
  row level security enabled, forced
  tenant_id uuid not null
  first_id uuid not null
  last_id uuid not null
  live integer not null
  constraint member_blocks_pkey PRIMARY KEY (tenant_id, first_id)
  CREATE UNIQUE INDEX member_blocks_pkey ON public.member_blocks USING btree (tenant_id, first_id)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app

member_keys
  row level security enabled, forced
  tenant_id uuid not null
  attribute text collate "C" not null
  value_key text collate "C" not null
  member_id uuid not null
  constraint member_keys_pkey PRIMARY KEY (tenant_id, attribute, value_key, member_id)
  CREATE UNIQUE INDEX member_keys_pkey ON public.member_keys USING btree (tenant_id, attribute, value_key, member_id)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select to muster_app

members
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  scim_id uuid
  connection_id uuid
  external_id text collate "C"
  user_name text not null
  user_name_key text collate "C" not null
  active boolean not null
  break_glass boolean not null default false
  resource json not null
  version integer not null
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  removed_at timestamp with time zone
  erased_at timestamp with time zone
  linked_at timestamp with time zone
  awaits_idp boolean not null default false
  display_name_key text collate "C"
  family_name_key text collate "C"
  given_name_key text collate "C"
  constraint members_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX members_connection ON public.members USING btree (tenant_id, connection_id, id) WHERE (scim_id IS NOT NULL)
  CREATE INDEX members_display_name ON public.members USING btree (tenant_id, display_name_key, id) WHERE (display_name_key IS NOT NULL)
  CREATE UNIQUE INDEX members_external_id_key ON public.members USING btree (tenant_id, external_id, connection_id) WHERE ((scim_id IS NOT NULL) AND (external_id IS NOT NULL))
  CREATE INDEX members_inactive ON public.members USING btree (tenant_id, id) WHERE ((scim_id IS NOT NULL) AND (NOT active))
  CREATE UNIQUE INDEX members_pkey ON public.members USING btree (tenant_id, id)
  CREATE INDEX members_removed ON public.members USING btree (tenant_id, id) WHERE (scim_id IS NULL)
  CREATE INDEX members_removed_external_id ON public.members USING btree (tenant_id, external_id) WHERE (scim_id IS NULL)
  CREATE INDEX members_removed_user_name ON public.members USING btree (tenant_id, user_name_key) WHERE (scim_id IS NULL)
  CREATE UNIQUE INDEX members_scim_id_key ON public.members USING btree (tenant_id, scim_id)
  CREATE INDEX members_updated_at ON public.members USING btree (tenant_id, updated_at) WHERE (scim_id IS NOT NULL)
  CREATE UNIQUE INDEX members_user_name_key ON public.members USING btree (tenant_id, user_name_key) WHERE (scim_id IS NOT NULL)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app

outbox
  row level security enabled, forced
  tenant_id uuid not null
  event_id uuid not null
  constraint outbox_pkey PRIMARY KEY (tenant_id, event_id)
  CREATE UNIQUE INDEX outbox_pkey ON public.outbox USING btree (tenant_id, event_id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert to muster_app
  grant delete, insert, select to muster_system

platform_settings
  row level security enabled, forced
  name text not null
  value text not null
  constraint platform_settings_pkey PRIMARY KEY (name)
  CREATE UNIQUE INDEX platform_settings_pkey ON public.platform_settings USING btree (name)
  policy system_access for all to muster_system using true
  grant insert, select to muster_system

provisioning_figures
  row level security enabled, forced
  tenant_id uuid not null
  connection_id uuid not null
  hour timestamp with time zone not null
  requests integer not null
  errors integer not null
  last_success_at timestamp with time zone
  constraint provisioning_figures_pkey PRIMARY KEY (tenant_id, connection_id, hour)
  CREATE UNIQUE INDEX provisioning_figures_pkey ON public.provisioning_figures USING btree (tenant_id, connection_id, hour)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant delete, insert, select, update to muster_system

provisioning_requests
  row level security enabled, forced
  tenant_id uuid not null
  connection_id uuid not null
  id uuid not null
  at timestamp with time zone not null
  action text not null
  target_type text
  target_id text
  target_name text
  target_key text
  status smallint
  scim_type text
  detail text
  cause text
  tolerances text[] not null
  duration_ms real
  request_id text
  body text
  client_address text
  not_recorded integer
  not_recorded_since timestamp with time zone
  repeats integer
  repeats_since timestamp with time zone
  constraint provisioning_requests_pkey PRIMARY KEY (tenant_id, connection_id, id)
  CREATE INDEX provisioning_requests_failed ON ONLY public.provisioning_requests USING btree (tenant_id, connection_id, id) WHERE (status >= 400)
  CREATE UNIQUE INDEX provisioning_requests_pkey ON ONLY public.provisioning_requests USING btree (tenant_id, connection_id, id)
  CREATE INDEX provisioning_requests_target ON ONLY public.provisioning_requests USING btree (tenant_id, connection_id, target_key, id) WHERE (target_key IS NOT NULL)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant delete, insert, select to muster_system

provisioning_requests_default
  row level security enabled, forced
  tenant_id uuid not null
  connection_id uuid not null
  id uuid not null
  at timestamp with time zone not null
  action text not null
  target_type text
  target_id text
  target_name text
  target_key text
  status smallint
  scim_type text
  detail text
  cause text
  tolerances text[] not null
  duration_ms real
  request_id text
  body text
  client_address text
  not_recorded integer
  not_recorded_since timestamp with time zone
  repeats integer
  repeats_since timestamp with time zone
  constraint provisioning_requests_default_pkey PRIMARY KEY (tenant_id, connection_id, id)
  CREATE UNIQUE INDEX provisioning_requests_default_pkey ON public.provisioning_requests_default USING btree (tenant_id, connection_id, id)
  CREATE INDEX provisioning_requests_default_tenant_id_connection_id_id_idx ON public.provisioning_requests_default USING btree (tenant_id, connection_id, id) WHERE (status >= 400)
  CREATE INDEX provisioning_requests_default_tenant_id_connection_id_targe_idx ON public.provisioning_requests_default USING btree (tenant_id, connection_id, target_key, id) WHERE (target_key IS NOT NULL)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)

rate_usage
  row level security disabled
  kind text not null
  subject uuid not null
  instance uuid not null
  units double precision not null
  per_second double precision not null
  at timestamp with time zone not null
  constraint rate_usage_pkey PRIMARY KEY (kind, subject, instance)
  CREATE INDEX rate_usage_at ON public.rate_usage USING btree (at)
  CREATE UNIQUE INDEX rate_usage_pkey ON public.rate_usage USING btree (kind, subject, instance)
  grant delete, insert, select, update to muster_system

seal_anchors
  row level security enabled, forced
  tenant_id uuid not null
  seq bigint not null
  hash bytea not null
  removed_at timestamp with time zone not null
  constraint seal_anchors_pkey PRIMARY KEY (tenant_id)
  CREATE UNIQUE INDEX seal_anchors_pkey ON public.seal_anchors USING btree (tenant_id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant select to muster_system

seals
  row level security enabled, forced
  tenant_id uuid not null
  seq bigint not null
  event_id uuid not null
  hash bytea not null
  sealed_at timestamp with time zone not null
  type text collate "C" not null
  subject_id uuid not null
  actor_id uuid
  request_id text collate "C"
  constraint seals_event_key UNIQUE (tenant_id, event_id)
  constraint seals_pkey PRIMARY KEY (tenant_id, seq)
  CREATE INDEX seals_actor ON public.seals USING btree (tenant_id, actor_id, seq)
  CREATE UNIQUE INDEX seals_event_key ON public.seals USING btree (tenant_id, event_id)
  CREATE UNIQUE INDEX seals_pkey ON public.seals USING btree (tenant_id, seq)
  CREATE INDEX seals_request ON public.seals USING btree (tenant_id, request_id, seq) WHERE (request_id IS NOT NULL)
  CREATE INDEX seals_subject ON public.seals USING btree (tenant_id, subject_id, seq)
  CREATE INDEX seals_type ON public.seals USING btree (tenant_id, type, seq)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant insert, select to muster_system

service_accounts
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  name text not null
  scopes text[] not null
  created_at timestamp with time zone not null
  connection_id uuid
  allowed_addresses text[] not null default '{}'::text[]
  jwks jsonb
  jwks_uri text
  removed_at timestamp with time zone
  constraint service_accounts_keys_check CHECK (((jwks IS NULL) OR (jwks_uri IS NULL)))
  constraint service_accounts_pkey PRIMARY KEY (tenant_id, id)
  constraint service_accounts_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES connections(tenant_id, id)
  constraint service_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
  CREATE INDEX service_accounts_client ON public.service_accounts USING btree (id)
  CREATE UNIQUE INDEX service_accounts_pkey ON public.service_accounts USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select, update to muster_app
  grant insert, select, update to muster_system

team_grants
  row level security enabled, forced
  tenant_id uuid not null
  team_id uuid not null
  name text collate "C" not null
  created_at timestamp with time zone not null
  constraint team_grants_pkey PRIMARY KEY (tenant_id, team_id, name)
  constraint team_grants_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES teams(tenant_id, id) ON DELETE CASCADE
  CREATE UNIQUE INDEX team_grants_pkey ON public.team_grants USING btree (tenant_id, team_id, name)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select to muster_app

team_links
  row level security enabled, forced
  tenant_id uuid not null
  team_id uuid not null
  group_id uuid not null
  permission text not null
  created_at timestamp with time zone not null
  constraint team_links_permission_check CHECK ((permission = ANY (ARRAY['can_view'::text, 'can_edit'::text])))
  constraint team_links_pkey PRIMARY KEY (tenant_id, team_id, group_id)
  constraint team_links_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES teams(tenant_id, id) ON DELETE CASCADE
  constraint team_links_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES teams(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX team_links_group ON public.team_links USING btree (tenant_id, group_id)
  CREATE UNIQUE INDEX team_links_pkey ON public.team_links USING btree (tenant_id, team_id, group_id)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app

team_memberships
  row level security enabled, forced
  tenant_id uuid not null
  team_id uuid not null
  member_id uuid not null
  permission text not null
  added_at timestamp with time zone not null
  constraint team_memberships_permission_check CHECK ((permission = ANY (ARRAY['can_view'::text, 'can_edit'::text])))
  constraint team_memberships_pkey PRIMARY KEY (tenant_id, team_id, member_id)
  CREATE INDEX team_memberships_member ON public.team_memberships USING btree (tenant_id, member_id, team_id)
  CREATE UNIQUE INDEX team_memberships_pkey ON public.team_memberships USING btree (tenant_id, team_id, member_id)
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select to muster_app

teams
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  connection_id uuid
  external_id text collate "C"
  display_name text not null
  display_name_key text collate "C" not null
  name_slot uuid not null
  version integer not null
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  name_key_rule smallint not null default 0
  constraint teams_pkey PRIMARY KEY (tenant_id, id)
  CREATE UNIQUE INDEX teams_display_name_key ON public.teams USING btree (tenant_id, display_name_key, name_slot)
  CREATE UNIQUE INDEX teams_external_id_key ON public.teams USING btree (tenant_id, external_id, connection_id) WHERE (external_id IS NOT NULL)
  CREATE INDEX teams_name_key_rule ON public.teams USING btree (tenant_id, id) WHERE (name_key_rule = 0)
  CREATE UNIQUE INDEX teams_pkey ON public.teams USING btree (tenant_id, id)
  CREATE INDEX teams_updated_at ON public.teams USING btree (tenant_id, updated_at)
  policy system_access for select to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app

tenants
  row level security enabled, forced
  id uuid not null
  slug text collate "C" not null
  name text not null
  settings jsonb not null default '{}'::jsonb
  status text not null default 'active'::text
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  suspended_at timestamp with time zone
  removed_at timestamp with time zone
  removal_digest bytea
  removal_asked_at timestamp with time zone
  limits jsonb not null default '{}'::jsonb
  constraint tenants_pkey PRIMARY KEY (id)
  constraint tenants_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
  constraint tenants_slug_key UNIQUE (slug)
  constraint tenants_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'removed'::text])))
  CREATE UNIQUE INDEX tenants_pkey ON public.tenants USING btree (id)
  CREATE UNIQUE INDEX tenants_slug_key ON public.tenants USING btree (slug)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant insert, select, update to muster_system

token_warnings
  row level security enabled, forced
  tenant_id uuid not null
  token_id uuid not null
  days integer not null
  warned_at timestamp with time zone not null
  constraint token_warnings_pkey PRIMARY KEY (tenant_id, token_id, days)
  constraint token_warnings_tenant_id_token_id_fkey FOREIGN KEY (tenant_id, token_id) REFERENCES access_tokens(tenant_id, id)
  CREATE UNIQUE INDEX token_warnings_pkey ON public.token_warnings USING btree (tenant_id, token_id, days)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant insert, select to muster_system

used_assertions
  row level security enabled, forced
  tenant_id uuid not null
  service_account_id uuid not null
  digest bytea not null
  expires_at timestamp with time zone not null
  constraint used_assertions_pkey PRIMARY KEY (tenant_id, service_account_id, digest)
  CREATE INDEX used_assertions_over ON public.used_assertions USING btree (expires_at)
  CREATE UNIQUE INDEX used_assertions_pkey ON public.used_assertions USING btree (tenant_id, service_account_id, digest)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select to muster_system

webhook_attempts
  row level security enabled, forced
  tenant_id uuid not null
  delivery_id uuid not null
  attempt integer not null
  at timestamp with time zone not null
  status integer
  latency_ms integer not null
  response_excerpt text
  error text
  request jsonb
  constraint webhook_attempts_pkey PRIMARY KEY (tenant_id, delivery_id, attempt)
  CREATE UNIQUE INDEX webhook_attempts_pkey ON public.webhook_attempts USING btree (tenant_id, delivery_id, attempt)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant select to muster_app
  grant delete, insert, select to muster_system

webhook_endpoints
  row level security enabled, forced
  tenant_id uuid not null
  id uuid not null
  url text not null
  description text not null
  event_types text[] not null
  secrets jsonb not null
  status text not null
  disabled_reason text
  failing_since timestamp with time zone
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  constraint webhook_endpoints_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['manual'::text, 'gone'::text, 'failing'::text, 'unreadable_secret'::text])))
  constraint webhook_endpoints_pkey PRIMARY KEY (tenant_id, id)
  constraint webhook_endpoints_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text])))
  constraint webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
  CREATE UNIQUE INDEX webhook_endpoints_pkey ON public.webhook_endpoints USING btree (tenant_id, id)
  policy system_access for all to muster_system using true
  policy tenant_isolation for all to public using (tenant_id = (NULLIF(current_setting('muster.tenant'::text, true), ''::text))::uuid)
  grant delete, insert, select, update to muster_app
  grant select, update to muster_system
