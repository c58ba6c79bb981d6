-- Two roles besides the owner. The reader serves requests: it owns nothing and sees one org, the one its transaction
-- names. The projector writes for all orgs and so bypasses row-level security (COPY can not run under it).
do $roles$
begin
  if not exists (select from pg_roles where rolname = 'triggers_reader') then
    create role triggers_reader login nosuperuser nocreatedb nocreaterole nobypassrls password '${readerPassword}';
  end if;
  if not exists (select from pg_roles where rolname = 'triggers_projector') then
    create role triggers_projector login nosuperuser nocreatedb nocreaterole bypassrls password '${projectorPassword}';
  end if;
end
$roles$;

grant usage on schema inbox to triggers_reader, triggers_projector;

-- How far each topic partition is projected: the rows and the next offset change in one transaction.
create table inbox.position (
  topic       text   not null,
  partition   int    not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- Accepted events, once each, by day of acceptance. Keyed by sequence, never unique by id: after the dedup window an
-- id may be accepted again. No default partition: one would have to be searched and locked by every attach.
create table inbox.event (
  org               uuid        not null,
  sequence          bigint      not null,
  accepted_at       timestamptz not null,
  received_at       timestamptz not null,
  event_id          uuid        not null,
  receipt_partition int         not null,
  receipt_offset    bigint      not null,
  ce_id             text        not null,
  type              text        not null,
  source            text        not null,
  subject           text,
  time              timestamptz not null,
  dedup_id          text,
  extensions        jsonb,
  data              bytea       not null,
  primary key (org, sequence, accepted_at)
) partition by range (accepted_at);

create index event_by_id on inbox.event (event_id);
create index event_by_receipt on inbox.event (receipt_partition, receipt_offset);

-- The other outcomes, by day of decision.
create table inbox.rejection (
  receipt_partition int         not null,
  receipt_offset    bigint      not null,
  decided_at        timestamptz not null,
  received_at       timestamptz not null,
  org               uuid        not null,
  outcome           text        not null,
  event_id          uuid,
  type              text,
  source            text,
  original_offset   bigint,
  reason            text        not null,
  data              bytea,
  primary key (receipt_partition, receipt_offset, decided_at)
) partition by range (decided_at);

create index rejection_by_org on inbox.rejection (org, decided_at);

-- The last sequence projected of each org.
create table inbox.head (
  org      uuid   not null primary key,
  sequence bigint not null
);

-- An inbox: up to its frontier everything is done but what delivery still holds.
create table inbox.inbox (
  id         uuid        not null primary key,
  org        uuid        not null,
  key        text        not null,
  frontier   bigint      not null default 0,
  created_at timestamptz not null default now(),
  unique (org, key)
);

-- What is neither beyond the frontier nor done: a row is a range of sequences with what is still open in it.
create table inbox.delivery (
  id          bigint generated always as identity primary key,
  inbox       uuid           not null references inbox.inbox (id),
  org         uuid           not null,
  open        int8multirange not null check (not isempty(open)),
  lease_count int            not null default 0
);

create index delivery_by_sequence on inbox.delivery (inbox, lower(open));

-- A tenant sees only itself, even if a query forgets its WHERE.
do $$
declare
  t text;
begin
  foreach t in array array['event', 'rejection', 'head', 'inbox', 'delivery'] loop
    execute format('alter table inbox.%I enable row level security', t);
    execute format('alter table inbox.%I force row level security', t);
    execute format(
      'create policy own_org on inbox.%I to triggers_reader'
      ' using (org = nullif(current_setting(''app.org'', true), '''')::uuid)'
      ' with check (org = nullif(current_setting(''app.org'', true), '''')::uuid)', t);
  end loop;
end
$$;

grant select on inbox.event, inbox.rejection, inbox.head to triggers_reader;
grant select, insert, update on inbox.inbox to triggers_reader;
grant select, insert, update, delete on inbox.delivery to triggers_reader;
grant select, insert, update, delete on
  inbox.position, inbox.event, inbox.rejection, inbox.head, inbox.inbox, inbox.delivery to triggers_projector;
