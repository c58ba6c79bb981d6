-- An inbox has a definition, which no rebuild touches, and a state. Its changes are numbered: asked is the last one that
-- was asked for, applied the last one whose marker was stamped. Odd numbers begin or resume it, even ones pause it; the
-- default inbox has none. windows: the sequences that enter, as far as is known by stamps; ceiling: while a pause is not
-- stamped yet, nothing above it is handed out.
alter table inbox.inbox
  alter column key drop not null,
  add column status text not null default 'active'
    check (status in ('initializing', 'active', 'paused', 'deleting', 'initialization_failure')),
  add column paused_reason    text,
  add column app_key          text           not null default '*',
  add column action_key       text           not null default '*',
  add column connection_id    json,
  add column inputs           json           not null default '{}',
  add column notification_url text,
  add column start            text           not null default '1',
  add column windows          int8multirange not null default '{[1,)}',
  add column ceiling          bigint,
  add column asked            int            not null default 0,
  add column applied          int            not null default 0,
  add column asked_at         timestamptz,
  add column resent           int            not null default 0;

-- Those that somebody has to look after: a marker that may not have reached the log, rows to be removed.
create index inbox_unsettled on inbox.inbox (asked_at) where asked > applied or status = 'deleting';

-- Offsets of ingested that hold a marker and no submission. inbox: may be gone.
create table inbox.marker (
  receipt_partition int         not null,
  receipt_offset    bigint      not null,
  org               uuid        not null,
  inbox             uuid        not null,
  kind              text        not null,
  sequence          bigint      not null,
  received_at       timestamptz not null,
  decided_at        timestamptz not null,
  primary key (receipt_partition, receipt_offset)
);

create index marker_by_org on inbox.marker (org, received_at);

alter table inbox.marker enable row level security;
alter table inbox.marker force row level security;
create policy own_org on inbox.marker to triggers_reader
  using (org = nullif(current_setting('app.org', true), '')::uuid)
  with check (org = nullif(current_setting('app.org', true), '')::uuid);

grant select on inbox.marker to triggers_reader;
grant select, insert, update, delete on inbox.marker to triggers_projector;
